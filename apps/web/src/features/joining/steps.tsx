/** What each step of joining shows: what was done, or what to do now. */
import { Button, Textarea, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { JoiningRow, JoiningsAnswer, TestResult } from '../../data/contracts.ts'
import { Badge } from '../../ui/Badge.tsx'
import { day, when } from '../../ui/format.ts'
import { IconDownload } from '../../ui/icons.ts'
import { Alert, Failure } from '../../ui/Notice.tsx'
import styles from './joining.module.css'
import { useJoin } from './queries.ts'
import { Reason } from './Reason.tsx'

export interface StepProps {
  row: JoiningRow
  card: JoiningsAnswer['card']
  open: boolean
}

const field = (data: FormData, name: string): string => String(data.get(name) ?? '').trim()

export function Facility(_: StepProps) {
  const { t } = useTranslation()
  return <p className="soft">{t('joining.facilityDone')}</p>
}

export function AgreementStep({ row, open }: StepProps) {
  const { t } = useTranslation()
  const join = useJoin()
  const { agreement, facility } = row
  if (!open)
    return agreement ? (
      <p>
        {agreement.number} · {day(agreement.signedOn)} · {agreement.contact}
      </p>
    ) : null
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    const given = { number: field(data, 'number'), signedOn: field(data, 'signedOn'), contact: field(data, 'contact') }
    join.mutate({ facility: facility.code, act: 'agreement', agreement: given })
  }
  return (
    <form className="stack" onSubmit={submit}>
      <div className="row" style={{ alignItems: 'flex-start' }}>
        <TextInput name="number" label={t('joining.number')} required maxLength={200} style={{ flex: 2 }} />
        <TextInput name="signedOn" type="date" label={t('joining.signedOn')} required style={{ flex: 1 }} />
      </div>
      <TextInput name="contact" label={t('joining.contact')} required minLength={5} maxLength={200} />
      {join.error && <Failure error={join.error} />}
      <div className="row">
        <Button type="submit" loading={join.isPending}>
          {t('joining.save')}
        </Button>
      </div>
    </form>
  )
}

function TakeRequest({ row, card }: StepProps) {
  const { t } = useTranslation()
  const join = useJoin()
  const href = `data:application/json;charset=utf-8,${encodeURIComponent(JSON.stringify(card, null, 1))}`
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault()
    join.mutate({ facility: row.facility.code, act: 'key', request: field(new FormData(event.currentTarget), 'request') })
  }
  return (
    <form className="stack" onSubmit={submit}>
      <p>{t('joining.cardHint')}</p>
      <div className="row">
        <Button component="a" href={href} download="hub-card.json" variant="default" leftSection={<IconDownload size={16} aria-hidden />}>
          {t('joining.card')}
        </Button>
      </div>
      <code className={styles.command}>npm run yba -- join request --site … --card hub-card.json --out yeu-cau.txt</code>
      <Textarea
        className={styles.request ?? ''}
        name="request"
        label={t('joining.request')}
        description={t('joining.requestHint')}
        required
        minRows={3}
        autosize
        maxRows={8}
        spellCheck={false}
      />
      {join.error && <Failure error={join.error} />}
      <div className="row">
        <Button type="submit" loading={join.isPending}>
          {t('joining.takeRequest')}
        </Button>
      </div>
    </form>
  )
}

/** The fingerprint is heard and typed, never shown: who only reads it off the screen has compared nothing. */
function Compare({ row }: StepProps) {
  const { t } = useTranslation()
  const join = useJoin()
  const [refusing, setRefusing] = useState(false)
  const { facility, key } = row
  if (refusing)
    return (
      <Reason
        facility={facility.code}
        act="key-refused"
        label={t('joining.refuseKeyWhy')}
        confirm={t('joining.refuseKey')}
        away
        close={() => setRefusing(false)}
      />
    )
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    join.mutate({
      facility: facility.code,
      act: 'key-confirmed',
      fingerprint: field(data, 'fingerprint'),
      compared: field(data, 'compared'),
    })
  }
  return (
    <form className="stack" onSubmit={submit}>
      <p>
        {t('joining.keyWaits', { until: day(key?.notAfter ?? '') })} {t('joining.call')}
      </p>
      {row.agreement && <p className="strong">{row.agreement.contact}</p>}
      <div className="row" style={{ alignItems: 'flex-start' }}>
        <TextInput
          name="fingerprint"
          label={t('joining.fingerprint')}
          required
          autoComplete="off"
          spellCheck={false}
          placeholder="____ ____ ____ ____"
          style={{ flex: 1 }}
        />
        <TextInput name="compared" label={t('joining.compared')} required minLength={5} maxLength={200} style={{ flex: 1 }} />
      </div>
      {join.error && <Failure error={join.error} />}
      <div className="row">
        <Button type="submit" loading={join.isPending}>
          {t('joining.confirmKey')}
        </Button>
        <Button variant="default" onClick={() => setRefusing(true)}>
          {t('joining.refuseKey')}
        </Button>
      </div>
    </form>
  )
}

export function KeyStep(props: StepProps) {
  const { t } = useTranslation()
  const { key } = props.row
  if (props.open) return key ? <Compare {...props} /> : <TakeRequest {...props} />
  if (!key?.fingerprint) return null
  return <p>{t('joining.confirmed', { fingerprint: key.fingerprint, until: day(key.notAfter) })}</p>
}

/** What the operator tells the hospital about a test that is not passed; of a seal that ran out something else than of none. */
function useCure(): (test: TestResult) => string {
  const { t } = useTranslation()
  return ({ name, detail }) => {
    if (name !== 'seal') return t(`joining.cures.${name}`)
    return t(detail === 'seal-missing' ? 'joining.cures.seal' : 'joining.cures.sealUnfit')
  }
}

export function TestsStep({ row, open }: StepProps) {
  const { t } = useTranslation()
  const cure = useCure()
  if (!open && row.tests.length === 0) return null
  return (
    <div className="stack">
      {open && (
        <>
          <p>
            {t('joining.testsHint')} <span className="soft">{t('joining.testsAgain')}</span>
          </p>
          <code className={styles.command}>npm run yba -- join test --site …</code>
        </>
      )}
      {row.tests.map((one) => (
        <div key={one.name} className={styles.test} data-test={one.name}>
          <Badge tone={one.ok ? 'green' : 'red'}>{t(one.ok ? 'joining.ok' : 'joining.failed')}</Badge>
          <div>
            {t(`joining.tests.${one.name}`)} <span className="soft">{one.detail}</span>
            {!one.ok && <div>{cure(one)}</div>}
          </div>
        </div>
      ))}
      {row.testedAt && <p className="soft">{t('joining.testedAt', { at: when(row.testedAt) })}</p>}
    </div>
  )
}

/** It was tested, and cannot seal. */
export const lacksSeal = (row: JoiningRow): boolean => row.tests.length > 0 && !row.tests.some((one) => one.name === 'seal' && one.ok)

/** What it means to go live, or to be live, without a seal. */
function NoSeal({ row }: Pick<StepProps, 'row'>) {
  const { t } = useTranslation()
  const cure = useCure()
  if (!lacksSeal(row)) return null
  const seal = row.tests.find((one) => one.name === 'seal')
  return (
    <Alert tone="red">
      <span className="strong">{t('joining.noSeal')}</span> {t('joining.noSealHint')} {seal && cure(seal)}
    </Alert>
  )
}

export function DecisionStep({ row, open }: StepProps) {
  const { t } = useTranslation()
  if (open)
    return (
      <div className="stack">
        <NoSeal row={row} />
        <Reason
          facility={row.facility.code}
          act="live"
          label={t('joining.decideWhy')}
          hint={t('joining.decideHint')}
          confirm={t('joining.decide')}
        />
      </div>
    )
  const decided = row.story.findLast((one) => one.act === 'live')
  return row.state === 'live' && decided ? (
    <div className="stack">
      <p>
        {decided.words} <span className="soft">{`${decided.by}, ${when(decided.at)}`}</span>
      </p>
      <NoSeal row={row} />
    </div>
  ) : null
}
