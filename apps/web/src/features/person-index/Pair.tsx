/** Two records side by side: what agrees, what does not, and the decision with its reason. */
import '@mantine/core/styles/Radio.css'
import { Button, Radio, Textarea } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type FormEvent, Fragment, type ReactNode, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ctrlEnterSends } from '../../actions/keys.ts'
import type { ReviewRequest, ReviewRow, ReviewSide, ReviewsAnswer } from '../../data/contracts.ts'
import { post } from '../../data/http.ts'
import { say } from '../../text/index.ts'
import { Key } from '../../ui/ActionButton.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { day, when } from '../../ui/format.ts'
import { Alert, Failure } from '../../ui/Notice.tsx'
import { done } from '../../ui/notify.ts'
import styles from './pair.module.css'

export const REVIEWS = ['reviews']
const SHORTEST = 10
const LONGEST = 500

const FIELDS = ['name', 'birthDate', 'sex', 'citizenId', 'cards', 'phone'] as const
type Field = (typeof FIELDS)[number]

export const keyOf = (row: ReviewRow): string => row.sides.map((side) => side.id).join('.')

/** The reasons of a rule begin small: on a line of their own they are a sentence. */
export const sentence = (text: string): string => `${text.slice(0, 1).toLocaleUpperCase('vi')}${text.slice(1)}.`

/** A tone mark tells two names apart; capitals and how a letter is coded do not. */
const plain = (text: string): string => text.normalize('NFC').toLocaleLowerCase('vi')

function useShown(): (side: ReviewSide, field: Field) => string {
  const { t } = useTranslation()
  return (side, field) => {
    if (field === 'birthDate') return day(side.birthDate)
    if (field === 'sex') return t(`sex.${side.sex}`)
    if (field === 'cards') return side.cards.join(', ')
    return side[field] ?? ''
  }
}

function Comparison({ row }: { row: ReviewRow }) {
  const { t } = useTranslation()
  const shown = useShown()
  const [one, other] = row.sides
  const line = (label: string, of: (side: ReviewSide) => ReactNode, differs = false): ReactNode => (
    <tr data-differs={differs || undefined}>
      <th scope="row">{label}</th>
      <td>{of(one)}</td>
      <td>
        {of(other)} {differs && <span className={styles.differs}>≠ {t('reviews.differs')}</span>}
      </td>
    </tr>
  )
  return (
    <table className={styles.pair}>
      <thead>
        <tr>
          <th scope="col">{t('reviews.field')}</th>
          {row.sides.map((side) => (
            <th key={side.id} scope="col">
              {side.facility.name} <span className="soft">{side.facility.code}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {FIELDS.map((field) => {
          const [mine, theirs] = [shown(one, field), shown(other, field)]
          // What one of them does not say is no difference.
          const differs = mine !== '' && theirs !== '' && plain(mine) !== plain(theirs)
          return <Fragment key={field}>{line(t(`reviews.${field}`), (side) => shown(side, field) || '—', differs)}</Fragment>
        })}
        {line(t('reviews.mrn'), (side) => side.mrn)}
        {line(t('reviews.slips'), (side) => (
          <Slips side={side} />
        ))}
      </tbody>
    </table>
  )
}

function Slips({ side }: { side: ReviewSide }) {
  if (side.slips.length === 0) return '—'
  return side.slips.map((slip) => (
    <div key={slip.id}>
      <Link to="/referrals/$id" params={{ id: slip.id }}>
        {slip.number}
      </Link>{' '}
      <span className="soft">{when(slip.at)}</span>
    </div>
  ))
}

interface DecideProps {
  row: ReviewRow
  close(): void
  /** The word is kept: what waits now. */
  decided(answer: ReviewsAnswer): void
}

/** A wish to decide: which word, and why. */
function Decide({ row, close, decided }: DecideProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [choice, setChoice] = useState('')
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  // What is decided here is what was asked when it opened: another person's word meanwhile is refused, not taken back unseen.
  const [reopens] = useState(row.decided !== undefined)
  const decision = reopens ? 'reopen' : choice
  const [one, other] = row.sides
  const form = useRef<HTMLFormElement>(null)
  // The next pair comes into the same dialog: its first question has the focus, not the button that left the page.
  useEffect(() => form.current?.querySelector<HTMLElement>('input, textarea')?.focus({ preventScroll: true }), [])
  const act = useMutation({
    mutationFn: () => {
      const request = { one: one.id, other: other.id, decision: decision as ReviewRequest['decision'], reason }
      return post<ReviewsAnswer>('/fhir/Patient/$review-decide', request satisfies ReviewRequest)
    },
    onSuccess: (answer) => {
      client.setQueryData(REVIEWS, answer)
      done(t(`reviews.done.${decision as ReviewRequest['decision']}`), [one.name, other.name].join(' · '))
      decided(answer)
    },
    // What another person decided meanwhile is shown beside the refusal.
    onError: () => void client.invalidateQueries({ queryKey: REVIEWS }),
  })
  const letters = [...reason.trim()].length
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (decision && letters >= SHORTEST && !act.isPending) act.mutate()
  }
  return (
    <form ref={form} className="stack" noValidate onSubmit={submit} onKeyDown={ctrlEnterSends}>
      {!reopens && (
        <Radio.Group
          label={t('reviews.decision')}
          value={choice}
          onChange={setChoice}
          error={tried && !choice ? t('reviews.choose') : undefined}
        >
          <div className="stack" style={{ gap: 6 }}>
            <Radio data-autofocus value="same" label={t('reviews.same')} description={t('reviews.sameHint')} />
            <Radio value="different" label={t('reviews.different')} description={t('reviews.differentHint')} />
          </div>
        </Radio.Group>
      )}
      <Textarea
        {...(reopens ? { 'data-autofocus': true } : {})}
        label={t(reopens ? 'reviews.reopenWhy' : 'reviews.reason')}
        required
        autosize
        minRows={2}
        maxLength={LONGEST}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        error={tried && letters < SHORTEST ? t('reviews.reasonNeeded') : undefined}
      />
      {act.error && <Failure error={act.error} />}
      <div className="row" style={{ justifyContent: 'flex-end' }}>
        <Button variant="default" onClick={close}>
          {t('app.cancel')}
        </Button>
        <Button type="submit" loading={act.isPending} aria-keyshortcuts="Control+Enter">
          {t(reopens ? 'reviews.reopen' : 'reviews.save')}
          <Key name="Ctrl+Enter" />
        </Button>
      </div>
    </form>
  )
}

interface Props extends DecideProps {
  /** Pairs that wait besides this one. */
  others: number
}

/** One pair in a dialog; what is decided is told to the list, which may bring the next. */
export function Pair({ row, others, close, decided }: Props) {
  const { t } = useTranslation()
  return (
    <Dialog close={close} size="xl" title={t('reviews.one')}>
      <div className="stack">
        <p>
          {sentence(row.why.map(say).join('; '))} {others > 0 && <span className="soft">{t('reviews.others', { n: others })}</span>}
        </p>
        <Comparison row={row} />
        {row.together && !row.decided && <Alert tone="amber">{t('reviews.together')}</Alert>}
        {row.decided && (
          <Alert tone="blue">
            <span className="strong">{t(`reviews.${row.decided.decision}`)}</span> ·{' '}
            {t('reviews.decided', { by: row.decided.by, at: when(row.decided.at) })}
            <div className={styles.reason}>{row.decided.reason}</div>
          </Alert>
        )}
        <Decide key={keyOf(row)} row={row} close={close} decided={decided} />
      </div>
    </Dialog>
  )
}
