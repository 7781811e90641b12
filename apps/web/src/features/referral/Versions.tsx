import { Button } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type ReferralView, SEND_BACK_REASONS, type VersionView } from '../../data/contracts.ts'
import { say } from '../../text/index.ts'
import { useAttempt } from '../../ui/attempt.ts'
import { Badge, type Tone } from '../../ui/Badge.tsx'
import { day, stop, when, within } from '../../ui/format.ts'
import { IconPencil } from '../../ui/icons.ts'
import { Alert } from '../../ui/Notice.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { useCorrect } from './queries.ts'
import { ReasonDialog } from './ReasonDialog.tsx'
import styles from './referral.module.css'

type Changes = NonNullable<VersionView['changes']>
type Kind = VersionView['kind']

/** Item by item: what it said and what it says. */
function ChangeTable({ changes }: { changes: Changes }) {
  const { t } = useTranslation()
  if (changes.length === 0) return <p className="soft">{t('versions.unchanged')}</p>
  const none = <span className="soft">{t('versions.empty')}</span>
  return (
    <table className={styles.changes}>
      <thead>
        <tr>
          <th scope="col" />
          <th scope="col">{t('versions.before')}</th>
          <th scope="col">{t('versions.after')}</th>
        </tr>
      </thead>
      <tbody>
        {changes.map((change) => (
          <tr key={change.path}>
            <th scope="row">{say(change)}</th>
            <td>{change.before ? <del>{change.before}</del> : none}</td>
            <td>{change.after ? <ins>{change.after}</ins> : none}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const TONE: Record<VersionView['state'], Tone> = { current: 'green', signing: 'blue', replaced: 'grey', withheld: 'amber' }

/** Every version of the papers that have more than one: in force first, the former ones with their prints. */
export function Versions({ view }: { view: ReferralView }) {
  const { t } = useTranslation()
  if (!view.versions?.length) return null
  return (
    <Panel id="versions" title={t('versions.title')}>
      <ul className={styles.versions}>
        {view.versions.map((one) => (
          <li key={one.id} data-version={one.version} data-state={one.state}>
            <div className="row">
              <span className="strong">
                {t(`paper.${one.kind}`)} · {t('versions.version', { n: one.version })}
              </span>
              <Badge tone={TONE[one.state]}>{t(`versions.state.${one.state}`)}</Badge>
              {one.correction && <Badge tone="amber">{t('versions.correction', { n: one.correction })}</Badge>}
              <span className="soft">{when(one.at)}</span>
              {one.pdf && (
                <a href={one.pdf} target="_blank" rel="noreferrer">
                  {t('versions.open')}
                </a>
              )}
            </div>
            {one.reason && (
              <p>
                {t('versions.why')}: {one.reason}
              </p>
            )}
            {one.changes && <ChangeTable changes={one.changes} />}
          </li>
        ))}
      </ul>
    </Panel>
  )
}

/** On top of a corrected paper: the how-manieth correction, what it stands for, and why. */
export function CorrectionMark({ view }: { view: ReferralView }) {
  const { t } = useTranslation()
  const marks = (view.versions ?? []).filter((one) => one.state === 'current' && one.correction)
  return marks.map((one) => {
    const former = view.versions?.find((v) => v.kind === one.kind && v.state === 'replaced')
    return (
      <Alert key={one.id} tone="amber">
        <span className="strong">
          {t(`paper.${one.kind}`)}: {t('versions.mark', { n: one.correction ?? 1, day: former ? day(former.at) : '' })}
        </span>{' '}
        {one.reason && stop(`${t('versions.why')}: ${one.reason}`)}{' '}
        {one.changes && one.changes.length > 0 && stop(`${t('versions.changed')}: ${one.changes.map(say).join('; ')}`)}
      </Alert>
    )
  })
}

/** A paper of ours is to be written anew: who wants it, why, and the way to its draft. */
export function RevisionNotice({ view }: { view: ReferralView }) {
  const { t } = useTranslation()
  const { drop } = useCorrect(view.id)
  const attempt = useAttempt()
  const { revision } = view
  if (!revision) return null
  const { kind, code, reason } = revision
  const paper = within(t(`paper.${kind}`))
  const why = [code && SEND_BACK_REASONS[code] ? say(SEND_BACK_REASONS[code]) : '', reason].filter(Boolean).join(' — ')
  const back = revision.cause === 'sent-back'
  const editable = kind === 'referral' ? view.draft !== undefined : view.outcomeDraft !== undefined
  return (
    <Alert tone={back ? 'red' : 'amber'}>
      <div className="stack" style={{ gap: 4 }}>
        <div>
          <span className="strong">{back ? t('versions.sentBackBy', { who: revision.by, why }) : t('versions.correcting', { paper })}</span>{' '}
          {!back && `${stop(`${t('versions.why')}: ${why}`)} `}
          <span className="soft">{when(revision.at)}</span>
        </div>
        <div className="row">
          {editable && view.canSign.includes('doctor') && (
            <Button
              component={Link}
              to={kind === 'referral' ? `/referrals/${view.id}/compose` : `/referrals/${view.id}/outcome`}
              size="compact-sm"
              leftSection={<IconPencil size={14} aria-hidden />}
            >
              {t('versions.edit', { paper })}
            </Button>
          )}
          {revision.issued && view.canSign.includes('doctor') && (
            <Button
              size="compact-sm"
              variant="default"
              loading={drop.isPending}
              onClick={() => void attempt(() => drop.mutateAsync({ kind }), t('versions.dropped'))}
            >
              {t('versions.drop')}
            </Button>
          )}
        </div>
      </div>
    </Alert>
  )
}

/** Begins a correction: the reason first, then the draft. */
function useBegin(view: ReferralView): (kind: Kind, reason: string, from?: 'his') => Promise<boolean> {
  const navigate = useNavigate()
  const { correct } = useCorrect(view.id)
  const attempt = useAttempt()
  return async (kind, reason, from) => {
    const begun = await attempt(() => correct.mutateAsync({ kind, reason, ...(from ? { from } : {}) }))
    if (!begun) return false
    const to = kind === 'referral' ? '/referrals/$id/compose' : '/referrals/$id/outcome'
    await navigate({ to, params: { id: view.id } })
    return true
  }
}

/** What the receiver asked last, and how it was answered; null where nothing was asked. */
function lastQuestion(view: ReferralView): { question: string; who: string; answer?: string; open: boolean } | null {
  const at = view.history.findLastIndex((h) => h.event === 'ask-info')
  const asked = view.history[at]
  if (!asked?.reason) return null
  const answer = view.history.slice(at + 1).find((h) => h.event === 'add-info' || h.event === 'correct')?.reason
  return { question: asked.reason, who: view.to.name, open: view.state === 'info-needed' && !answer, ...(answer ? { answer } : {}) }
}

/** Question, answer and the way to the paper together; while it is open the sender may answer with a newer version. */
export function QuestionNotice({ view, answering = true }: { view: ReferralView; answering?: boolean }) {
  const { t } = useTranslation()
  const begin = useBegin(view)
  const [asking, setAsking] = useState(false)
  const asked = lastQuestion(view)
  if (!asked || (!asked.open && !asked.answer)) return null
  const { open } = asked
  const title = t('versions.question', { who: asked.who, question: asked.question })
  return (
    <Alert tone={open ? 'amber' : 'blue'}>
      <div className="stack" style={{ gap: 4 }}>
        <span className="strong">{title}</span>
        {asked.answer && (
          <span>
            {t('versions.answered', { who: view.from.name, answer: asked.answer })}{' '}
            {view.corrections?.referral && <a href="#versions">{t('versions.seePaper')}</a>}
          </span>
        )}
        {open && answering && view.correctable?.includes('referral') && (
          <div className="row">
            <Button size="compact-sm" leftSection={<IconPencil size={14} aria-hidden />} onClick={() => setAsking(true)}>
              {t('versions.answerByPaper')}
            </Button>
          </div>
        )}
      </div>
      {asking && (
        <ReasonDialog
          title={title}
          label={t('versions.answerWhy')}
          confirm={t('versions.answerByPaper')}
          close={() => setAsking(false)}
          done={(reason) => begin('referral', reason)}
        />
      )}
    </Alert>
  )
}

export function CorrectButton({ view }: { view: ReferralView }) {
  const { t } = useTranslation()
  const begin = useBegin(view)
  const [asking, setAsking] = useState<Kind>()
  // While the receiver waits for an answer the notice with its question leads there.
  const shown = (view.correctable ?? []).filter((kind) => !(kind === 'referral' && lastQuestion(view)?.open))
  return (
    <>
      {shown.map((kind) => (
        <Button key={kind} variant="default" leftSection={<IconPencil size={15} aria-hidden />} onClick={() => setAsking(kind)}>
          {t(`versions.correct.${kind}`)}
        </Button>
      ))}
      {asking && (
        <ReasonDialog
          title={t(`versions.correct.${asking}`)}
          label={t('versions.correctWhy')}
          confirm={t(`versions.correct.${asking}`)}
          close={() => setAsking(undefined)}
          done={(reason) => begin(asking, reason)}
        />
      )}
    </>
  )
}

/** The HIS has sent other words for a signed slip: shown item by item, taken with a reason, or left. */
export function ProposalNotice({ view }: { view: ReferralView }) {
  const { t } = useTranslation()
  const begin = useBegin(view)
  const { drop } = useCorrect(view.id)
  const attempt = useAttempt()
  const [asking, setAsking] = useState(false)
  const { proposal } = view
  // Against a draft each item is chosen on its own (`FileDifferences`).
  if (proposal?.of !== 'signed') return null
  return (
    <Alert tone="amber">
      <div className="stack" style={{ gap: 6 }}>
        <div>
          <span className="strong">{t('versions.proposal')}</span> <span className="soft">{when(proposal.at)}</span>
        </div>
        <ChangeTable changes={proposal.changes} />
        <div className="row">
          <Button size="compact-sm" onClick={() => setAsking(true)}>
            {t('versions.proposalTake')}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            loading={drop.isPending}
            onClick={() => void attempt(() => drop.mutateAsync({ kind: 'referral', from: 'his' }), t('versions.proposalDropped'))}
          >
            {t('versions.proposalDrop')}
          </Button>
        </div>
      </div>
      {asking && (
        <ReasonDialog
          title={t('versions.proposalTake')}
          label={t('versions.correctWhy')}
          confirm={t('versions.proposalTake')}
          close={() => setAsking(false)}
          done={(reason) => begin('referral', reason, 'his')}
        />
      )}
    </Alert>
  )
}
