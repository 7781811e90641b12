import { Button } from '@mantine/core'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useActionHandler } from '../../actions/context.tsx'
import { type ReferralState, type ReferralView, STATES, TRANSITIONS } from '../../data/contracts.ts'
import { may, useSession } from '../../data/session.tsx'
import { Key } from '../../ui/ActionButton.tsx'
import { day, when } from '../../ui/format.ts'
import { IconBack, IconEye, IconPencil, IconSend, IconSign } from '../../ui/icons.ts'
import { Alert, Empty, Failure, Loading } from '../../ui/Notice.tsx'
import { done } from '../../ui/notify.ts'
import { PageHead, Panel } from '../../ui/Panel.tsx'
import { LegalUseNote } from '../documents/Evidence.tsx'
import { PdfFrame } from '../documents/PdfFrame.tsx'
import { Signatures } from '../documents/Signatures.tsx'
import { Channels } from '../insurance/Channels.tsx'
import { UndoRecord } from '../insurance/UndoRecord.tsx'
import { ComparingNotice } from './Comparing.tsx'
import { EditButton } from './EditButton.tsx'
import { ElsewhereNotice } from './ElsewhereNotice.tsx'
import { FileDifferences, WithdrawnNotice } from './FileDifferences.tsx'
import { FiveLines } from './FiveLines.tsx'
import { OutcomePaper, ReferralPaper, SummaryPaper } from './Paper.tsx'
import { PersonOf } from './PersonOf.tsx'
import { previewUrl, useCompose, useMarkRead, useReferral, useStartOutcome } from './queries.ts'
import styles from './referral.module.css'
import { SealWaitsNotice } from './SealWaits.tsx'
import { StateBadge } from './StateBadge.tsx'
import { Steps } from './Steps.tsx'
import { Timeline } from './Timeline.tsx'
import { Uses } from './Uses.tsx'
import { CorrectButton, CorrectionMark, ProposalNotice, QuestionNotice, RevisionNotice, Versions } from './Versions.tsx'

/** States in which a stay waits for its outcome; a closed one still takes a late outcome. */
const ANSWERABLE = new Set(TRANSITIONS.filter((t) => t.event === 'answer' && !STATES[t.from as ReferralState].terminal).map((t) => t.from))

/** While and after the patient is here, until the thread is taken back. */
const ONWARD = new Set(['in-care', 'interim', 'returned', 'closed-no-outcome', 'completed', 'multi-use'])

/** The receiver's way to the outcome: opens its draft, or goes on with it. */
function OutcomeButton({ view }: { view: ReferralView }) {
  const { t } = useTranslation()
  const session = useSession()
  const navigate = useNavigate()
  const start = useStartOutcome(view.id)
  const writable = view.direction === 'received' && ANSWERABLE.has(view.state) && !view.outcome
  const signable = view.direction === 'received' && view.canSign.length > 0
  const offered = (writable && may(session, 'referral.outcome')) || signable
  const open = async (): Promise<void> => {
    if (!view.outcomeDraft && !view.outcome) await start.mutateAsync()
    await navigate({ to: '/referrals/$id/outcome', params: { id: view.id } })
  }
  useActionHandler('referral.outcome', offered && !start.isPending ? () => void open() : undefined)
  if (!offered) return null
  return (
    <Button
      variant={view.allowed.includes('start-care') ? 'default' : 'filled'}
      loading={start.isPending}
      leftSection={<IconPencil size={15} aria-hidden />}
      onClick={() => void open()}
      aria-keyshortcuts="F2"
    >
      {t(view.outcomeDraft ? 'referral.continueOutcome' : view.outcome ? 'referral.signOutcome' : 'referral.writeOutcome')}
      <Key name="F2" />
    </Button>
  )
}

/** The receiver sends the patient back, or on, with a slip of its own that names the first. */
function OnwardButton({ view }: { view: ReferralView }) {
  const { t } = useTranslation()
  const session = useSession()
  const navigate = useNavigate()
  const compose = useCompose()
  const patient = view.patient.id
  if (view.direction !== 'received' || !patient || !may(session, 'referral.compose') || !ONWARD.has(view.state)) return null
  const open = async (): Promise<void> => {
    const { id } = await compose.mutateAsync({ patient, basedOn: view.id, to: view.from.code })
    await navigate({ to: '/referrals/$id/compose', params: { id } })
  }
  return (
    <Button variant="default" loading={compose.isPending} leftSection={<IconSend size={15} aria-hidden />} onClick={() => void open()}>
      {t('referral.onward')}
    </Button>
  )
}

function SenderButtons({ view }: { view: ReferralView }) {
  const { t } = useTranslation()
  const session = useSession()
  const read = useMarkRead(view.id)
  const unread = view.direction === 'sent' && view.outcome !== undefined && view.unread && may(session, 'referral.mark-read')
  const mark = (): void => read.mutate(undefined, { onSuccess: () => done(t('referral.markedRead')) })
  useActionHandler('referral.mark-read', unread && !read.isPending ? mark : undefined)
  return (
    <>
      {view.canSign.length > 0 && view.direction === 'sent' && (
        <Button component={Link} to={`/tray/${view.id}`} leftSection={<IconSign size={15} aria-hidden />}>
          {t('actions.sign')}
        </Button>
      )}
      {unread && (
        <Button
          variant="default"
          loading={read.isPending}
          leftSection={<IconEye size={15} aria-hidden />}
          onClick={mark}
          aria-keyshortcuts="F6"
        >
          {t('referral.markRead')}
          <Key name="F6" />
        </Button>
      )}
    </>
  )
}

/** A received referral counts as read once somebody opened it. */
function useReadOnOpen(view: ReferralView | undefined): void {
  const session = useSession()
  const { mutate } = useMarkRead(view?.id ?? '')
  const wanted = view?.direction === 'received' && view.unread && may(session, 'referral.mark-read')
  useEffect(() => {
    if (wanted) mutate()
  }, [wanted, mutate])
}

function Papers({ view }: { view: ReferralView }) {
  const { t } = useTranslation()
  const slip = view.documents.find((d) => d.kind === 'referral')
  const answer = view.documents.find((d) => d.kind === 'outcome')
  const shown = view.direction === 'sent' ? (answer ?? slip) : slip
  return (
    <div className={styles.split}>
      <div className={styles.side}>
        {view.direction === 'sent' && view.outcome && (
          <Panel id="outcome" title={t('referral.outcomeReceived')} tools={<span className="soft">{view.outcome.from.name}</span>}>
            <OutcomePaper content={view.outcome} />
          </Panel>
        )}
        {view.direction === 'received' && <FiveLines highlights={view.highlights} />}
        <Uses view={view} />
        <Timeline view={view} />
        <Channels task={view.id} stamp={view.taskVersion} />
        <Panel id="content" title={`${t('referral.document')} · ${view.number}`}>
          <ReferralPaper content={view.content} />
        </Panel>
        <Versions view={view} />
        <Panel id="signatures" title={t('referral.signatures')}>
          {view.documents.map((document) => (
            <Signatures key={document.id} document={document} />
          ))}
        </Panel>
        {view.direction === 'received' && (
          <Panel id="shared" title={t('referral.shared')} tools={<span className="soft">{view.from.name}</span>}>
            {view.sharedRecord ? <SummaryPaper content={view.sharedRecord} /> : <Empty title={t('referral.noShared')} />}
          </Panel>
        )}
        {view.direction === 'received' && view.outcome && (
          <Panel id="outcome" title={t('paper.outcome')}>
            <OutcomePaper content={view.outcome} />
          </Panel>
        )}
      </div>
      <div className={styles.stick}>
        {/* Beside the print, where it matters most: whoever prints it must see that it may not be used. */}
        <LegalUseNote documents={view.documents.filter((d) => d.legalUse === 'quarantined')} />
        {shown ? (
          <PdfFrame
            url={previewUrl(view.id, shown.kind === 'outcome' ? 'outcome' : 'referral', shown.pdf?.slice(-8) ?? shown.version)}
            title={t('referral.preview', { paper: t(answer && view.direction === 'sent' ? 'paper.outcome' : 'paper.referral') })}
          />
        ) : (
          <Panel>
            <Empty title={t('referral.previewFailed')} />
          </Panel>
        )}
      </div>
    </div>
  )
}

/** A visit with a paper slip whose message is not there, or is for another facility: what each side can do. */
function PaperVisit({ view }: { view: ReferralView }) {
  const { t } = useTranslation()
  const session = useSession()
  const navigate = useNavigate()
  const compose = useCompose()
  if (view.documents.length > 0 || !may(session, 'referral.read')) return null
  const sender = view.direction === 'sent'
  if (!sender && !may(session, 'referral.papers')) return null
  const patient = view.patient.id
  const write = async (): Promise<void> => {
    const { id } = await compose.mutateAsync({ patient: patient ?? '', to: view.to.code })
    await navigate({ to: '/referrals/$id/compose', params: { id } })
  }
  return (
    <Alert tone="amber">
      <div className="stack" style={{ gap: 4 }}>
        <span>
          {t(`shadow.${sender ? 'sentElsewhere' : view.partOf ? 'elsewhere' : 'waits'}`, { from: view.from.name, to: view.to.name })}
        </span>
        <div className="row">
          {sender && patient && may(session, 'referral.compose') && (
            <Button
              size="compact-sm"
              loading={compose.isPending}
              leftSection={<IconSend size={14} aria-hidden />}
              onClick={() => void write()}
            >
              {t('shadow.writeTo', { to: view.to.name })}
            </Button>
          )}
        </div>
      </div>
    </Alert>
  )
}

/** A thread without its papers, as the hub's operator and reception see it: who, where, when, and what may be done. */
function HubThread({ view }: { view: ReferralView }) {
  const { t } = useTranslation()
  const { name, sex, birthDate, citizenId, card } = view.patient
  const way = `${view.from.name} → ${view.to.name}`
  // Who registers an arrival compares the person with the slip; the hub's operator has no need to.
  const person = [
    t(`sex.${sex}`),
    day(birthDate),
    citizenId && `${t('chart.citizenId')} ${citizenId}`,
    card && `${t('chart.card')} ${card}`,
  ]
  const [title, note] = view.allowed
    ? [name, person.filter(Boolean).join(' · ')]
    : [t('exchange.thread', { number: view.number }), `${name} · ${way}`]
  return (
    <>
      <PageHead title={title} note={note}>
        <StateBadge row={view} full />
        {view.allowed && <Steps key={view.id} view={view} />}
        <Button
          component={Link}
          to={view.allowed ? '/referrals/received' : '/exchange'}
          variant="subtle"
          leftSection={<IconBack size={15} aria-hidden />}
        >
          {t('referral.backTo')}
        </Button>
      </PageHead>
      {view.allowed && <SlipLine view={view} />}
      <ComparingNotice view={view} />
      <FromFile view={view} />
      {view.allowed && <PaperVisit view={view} />}
      <Timeline view={view} />
      {view.documents.length > 0 && (
        <Panel id="signatures" title={t('referral.signatures')}>
          {view.documents.map((document) => (
            <Signatures key={document.id} document={document} />
          ))}
        </Panel>
      )}
    </>
  )
}

/** The day the patient is expected, while nobody has come. */
function appointment(view: ReferralView): string | undefined {
  return ['scheduled', 'no-show'].includes(view.state) ? view.history.findLast((entry) => entry.on)?.on : undefined
}

/** Which slip this is: number, way, how long it holds, and the day that was given. */
function SlipLine({ view }: { view: ReferralView }) {
  const { t } = useTranslation()
  const on = appointment(view)
  const parts = [
    `${t('referral.title')} ${view.number}`,
    view.hisNumbers && t('ward.hisNumbers', { numbers: view.hisNumbers.join(', ') }),
    `${view.from.name} → ${view.to.name}`,
    view.validity && t('referral.validity', { until: day(view.validity.until) }),
  ]
  return (
    <span className="soft">
      {parts.filter(Boolean).join(' · ')}
      {on && (
        <>
          {' · '}
          <span className="strong">{t('referral.appointment', { on: day(on) })}</span>
        </>
      )}
    </span>
  )
}

/** Told by a file of the HIS: who may take a mistaken one back does so here. */
function FromFile({ view }: { view: ReferralView }) {
  const { t } = useTranslation()
  const record = view.fromFile?.record
  return (
    <div className="row">
      {record && <span className="soft">{t('claim.fromFile', { record })}</span>}
      <UndoRecord record={record} />
    </div>
  )
}

/** One referral, as its sender or its receiver sees it. */
export default function ReferralPage() {
  const { t } = useTranslation()
  const { id } = useParams({ from: '/referrals/$id' })
  const referral = useReferral(id)
  useReadOnOpen(referral.data)
  if (referral.isPending) return <Loading lines={12} />
  if (referral.error) return <Failure error={referral.error} retry={() => void referral.refetch()} />
  const view = referral.data
  if (!view.content) return <HubThread view={view} />
  return (
    <>
      <PersonOf view={view}>
        <Steps key={view.id} view={view} />
        <EditButton view={view} />
        <CorrectButton view={view} />
        <SenderButtons view={view} />
        <OutcomeButton view={view} />
        <OnwardButton view={view} />
      </PersonOf>
      <QuestionNotice view={view} />
      <RevisionNotice view={view} />
      <WithdrawnNotice view={view} />
      <FileDifferences view={view} />
      <ProposalNotice view={view} />
      <CorrectionMark view={view} />
      <SlipLine view={view} />
      <FromFile view={view} />
      {view.stopped && <Alert tone="red">{t('worklist.stoppedFull', { at: when(view.stopped.at) })}</Alert>}
      <ElsewhereNotice view={view} />
      <SealWaitsNotice view={view} />
      <ComparingNotice view={view} />
      <Papers view={view} />
    </>
  )
}
