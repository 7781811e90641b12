/** Two records side by side: what agrees, what does not, and the decision with its reason. */
import { Button, Radio, Textarea } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type FormEvent, Fragment, type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ctrlEnterSends } from '../../actions/keys.ts'
import type { ReviewRequest, ReviewRow, ReviewSide, ReviewsAnswer } from '../../data/contracts.ts'
import { post } from '../../data/http.ts'
import { say } from '../../text/index.ts'
import { Key } from '../../ui/ActionButton.tsx'
import { Badge } from '../../ui/Badge.tsx'
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
        {of(other)} {differs && <Badge tone="amber">{t('reviews.differs')}</Badge>}
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

/** A wish to decide: which word, and why. */
function Decide({ row, close }: { row: ReviewRow; close(): void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [choice, setChoice] = useState('')
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  // What is decided here is what was asked when it opened: another person's word meanwhile is refused, not taken back unseen.
  const [reopens] = useState(row.decided !== undefined)
  const decision = reopens ? 'reopen' : choice
  const [one, other] = row.sides
  const act = useMutation({
    mutationFn: () => {
      const request = { one: one.id, other: other.id, decision: decision as ReviewRequest['decision'], reason }
      return post<ReviewsAnswer>('/fhir/Patient/$review-decide', request satisfies ReviewRequest)
    },
    onSuccess: (answer) => {
      client.setQueryData(REVIEWS, answer)
      done(t(`reviews.done.${decision as ReviewRequest['decision']}`), [one.name, other.name].join(' · '))
      close()
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
    <form className="stack" noValidate onSubmit={submit}>
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
        label={t(reopens ? 'reviews.reopenWhy' : 'reviews.reason')}
        required
        autosize
        minRows={2}
        maxLength={LONGEST}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        onKeyDown={ctrlEnterSends}
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

export function Pair({ row, close }: { row: ReviewRow; close(): void }) {
  const { t } = useTranslation()
  return (
    <Dialog close={close} size="xl" title={t('reviews.one')}>
      <div className="stack">
        <p>{row.why.map(say).join('; ')}.</p>
        <Comparison row={row} />
        {row.together && !row.decided && <Alert tone="amber">{t('reviews.together')}</Alert>}
        {row.decided && (
          <Alert tone="blue">
            <span className="strong">{t(`reviews.${row.decided.decision}`)}</span> ·{' '}
            {t('reviews.decided', { by: row.decided.by, at: when(row.decided.at) })}
            <div className={styles.reason}>{row.decided.reason}</div>
          </Alert>
        )}
        <Decide row={row} close={close} />
      </div>
    </Dialog>
  )
}
