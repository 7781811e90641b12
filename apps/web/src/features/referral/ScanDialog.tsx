import { Button, Textarea } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type FindingView, type ScanAnswer, type ShadowAnswer, STATES } from '../../data/contracts.ts'
import { post } from '../../data/http.ts'
import { may, useSession } from '../../data/session.tsx'
import { say } from '../../text/index.ts'
import { Badge, type Tone } from '../../ui/Badge.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { day } from '../../ui/format.ts'
import { Failure } from '../../ui/Notice.tsx'
import { done, refused } from '../../ui/notify.ts'
import { ShadowDialog } from './ShadowDialog.tsx'

const TONE: Record<ScanAnswer['verdict'], Tone> = { genuine: 'green', unconfirmed: 'amber', 'typed-number': 'blue', unreadable: 'red' }

/** One box for the code or the number of a slip; it needs no line to the hub. */
export default function ScanDialog({ text, close }: { text: string; close(): void }) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState(text)
  const navigate = useNavigate()
  /** What was read, for the desk to complete; null: nothing could be read, all is typed from the paper. */
  const [paper, setPaper] = useState<NonNullable<ScanAnswer['slip']> | null>()
  const scan = useMutation({ mutationFn: (said: string) => post<ScanAnswer>('/fhir/Task/$scan', { text: said }) })
  const { mutate } = scan
  const first = useRef(text.trim())
  useEffect(() => {
    if (first.current) mutate(first.current)
    first.current = ''
  }, [mutate])
  const ask = (): void => {
    if (typed.trim()) mutate(typed)
  }
  // A scanner ends with Enter; the text itself has no line ends that mean anything.
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return
    event.preventDefault()
    ask()
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    ask()
  }
  const open = (id: string): void => {
    close()
    void navigate({ to: '/referrals/$id', params: { id } })
  }
  const recorded = ({ id, known, fits }: ShadowAnswer): void => {
    if (!known) done(t('shadow.recorded'), t('shadow.recordedBody'))
    else if (fits) done(t('shadow.known'), t('shadow.knownBody'))
    else refused(t('shadow.otherPerson'), t('shadow.otherPersonCure'))
    open(id)
  }
  if (paper !== undefined) return <ShadowDialog {...(paper ? { slip: paper } : {})} close={() => setPaper(undefined)} done={recorded} />
  return (
    <Dialog close={close} size="lg" title={t('scan.title')}>
      <form className="stack" onSubmit={submit}>
        <Textarea
          label={t('scan.label')}
          description={t('scan.hint')}
          rows={2}
          data-autofocus
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onFocus={(event) => event.currentTarget.select()}
          onKeyDown={onKey}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          lang="en"
        />
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button type="submit" loading={scan.isPending}>
            {t('scan.check')}
          </Button>
        </div>
      </form>
      <div aria-live="polite" className="stack" style={{ marginTop: 12 }}>
        {scan.error && <Failure error={scan.error} />}
        {scan.data && <Result answer={scan.data} key={scan.submittedAt} open={open} arrive={setPaper} />}
      </div>
    </Dialog>
  )
}

function Note({ finding, tone }: { finding: FindingView; tone: Tone }) {
  const { t } = useTranslation()
  return (
    <li>
      <Badge tone={tone}>{t(`severity.${finding.severity}`)}</Badge> {say(finding)} <span className="soft">{say(finding.cure)}</span>
    </li>
  )
}

interface ResultProps {
  answer: ScanAnswer
  open(id: string): void
  arrive(slip: NonNullable<ScanAnswer['slip']> | null): void
}

function Result({ answer, open, arrive }: ResultProps) {
  const { t } = useTranslation()
  const session = useSession()
  const { slip, known, fault, notes, directory, verdict } = answer
  const on = useRef<HTMLButtonElement>(null)
  // What was read is on screen: Enter again goes on with it.
  useEffect(() => on.current?.focus(), [])
  return (
    <>
      <p>
        <Badge tone={TONE[verdict]}>{t(`scan.verdict.${verdict}`)}</Badge>{' '}
        {slip && (
          <>
            <strong>{slip.number}</strong> · {slip.issuer.name}
            {slip.issuer.now && ` (${t('scan.now', { name: slip.issuer.now.name })})`} ·{' '}
            {t('scan.valid', { from: day(slip.validFrom), until: day(slip.validUntil) })}
          </>
        )}
      </p>
      {(fault || notes.length > 0) && (
        <ul className="stack">
          {fault && <Note finding={fault} tone={verdict === 'unreadable' ? 'red' : 'amber'} />}
          {notes.map((note) => (
            <Note key={note.code} finding={note} tone="amber" />
          ))}
        </ul>
      )}
      {directory.days > 0 && (
        <p className="soft">{t(directory.old ? 'scan.directoryOld' : 'scan.directoryAge', { days: directory.days })}</p>
      )}
      {known ? (
        <div className="row">
          <span className="grow">{t('scan.known', { number: known.number, state: say(STATES[known.state]) })}</span>
          <Button ref={on} onClick={() => open(known.id)}>
            {t('scan.open')}
          </Button>
        </div>
      ) : slip ? (
        <div className="row">
          <span className="grow">{t('scan.unknown')}</span>
          <Button ref={on} onClick={() => arrive(slip)}>
            {t('shadow.record')}
          </Button>
        </div>
      ) : (
        may(session, 'referral.arrive') && (
          <div className="row">
            <span className="grow">{t('scan.byHand')}</span>
            <Button variant="default" onClick={() => arrive(null)}>
              {t('shadow.button')}
            </Button>
          </div>
        )
      )}
    </>
  )
}
