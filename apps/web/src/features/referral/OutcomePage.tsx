import { Button } from '@mantine/core'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { ReferralView } from '../../data/contracts.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import { IconBack } from '../../ui/icons.ts'
import { Alert, Empty, Failure, Loading } from '../../ui/Notice.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { PdfFrame } from '../documents/PdfFrame.tsx'
import { Signatories } from '../sign-tray/Signatories.tsx'
import { useSigning } from '../sign-tray/signing.ts'
import { useDraft } from './draft.ts'
import { FiveLines } from './FiveLines.tsx'
import { OutcomePaper } from './Paper.tsx'
import { type FieldGroup, PaperForm } from './PaperForm.tsx'
import { PersonOf } from './PersonOf.tsx'
import { previewUrl, useReferral } from './queries.ts'
import styles from './referral.module.css'
import { RevisionNotice } from './Versions.tsx'

function useGroups(): FieldGroup[] {
  const { t } = useTranslation()
  return useMemo(() => {
    const results: Record<string, string> = t('treatmentResult', { returnObjects: true })
    const options = [{ value: '', label: '' }, ...Object.entries(results).map(([value, label]) => ({ value, label }))]
    const area = (path: string, label: string, required = false) => ({ path, label, kind: 'area', required }) as const
    return [
      {
        id: 'outcome',
        title: t('compose.outcomeTitle'),
        fields: [
          area('diagnosisText', t('referral.diagnosis'), true),
          area('course', t('referral.course')),
          area('results', t('referral.results')),
          area('treatment', t('referral.treatment'), true),
          { path: 'outcome', label: t('compose.outcomeCode'), kind: 'choice', options, required: true },
          { path: 'department', label: t('referral.department'), kind: 'line' },
          area('plan', t('referral.plan')),
          { path: 'arrived', label: t('compose.arrived'), kind: 'time' },
          { path: 'ended', label: t('compose.endedAt'), kind: 'time' },
        ],
      },
    ]
  }, [t])
}

function Head({ view, busy, ready }: { view: ReferralView; busy: boolean; ready: boolean }) {
  const { t } = useTranslation()
  const role = view.canSign[0]
  return (
    <PersonOf view={view}>
      <Button component={Link} to={`/referrals/${view.id}`} variant="subtle" leftSection={<IconBack size={15} aria-hidden />}>
        {t('referral.view')}
      </Button>
      {role && ready && (
        <ActionButton id="referral.sign" primary loading={busy} label={t('signing.signAs', { role: t(`signing.${role}`) })} />
      )}
    </PersonOf>
  )
}

function Writer({ view, start }: { view: ReferralView; start: NonNullable<ReferralView['outcomeDraft']> }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const draft = useDraft(view.id, start, view.findings)
  const gaps = draft.findings.filter((f) => f.severity === 'error' || f.severity === 'fatal').length
  const ready = gaps === 0 && draft.state.is === 'saved'
  const leave = (): void => void navigate({ to: '/referrals/$id', params: { id: view.id } })
  const signing = useSigning(ready ? view : undefined, 'outcome', leave, draft.version)
  return (
    <>
      <Head view={view} busy={signing.busy} ready={ready} />
      <PaperForm id={view.id} kind="outcome" draft={draft} groups={useGroups()} title={t('compose.outcomeTitle')}>
        <RevisionNotice view={{ ...view, canSign: [] }} />
        <Alert tone={gaps > 0 ? 'amber' : 'green'}>{gaps > 0 ? t('compose.gaps', { n: gaps }) : t('compose.readyOutcome')}</Alert>
        <FiveLines highlights={view.highlights} />
      </PaperForm>
    </>
  )
}

/** Once the first has signed: what was written, who signed, who has still to sign. */
function Frozen({ view }: { view: ReferralView }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const signing = useSigning(view, 'outcome', () => void navigate({ to: '/referrals/$id', params: { id: view.id } }))
  const document = view.documents.find((d) => d.kind === 'outcome')
  return (
    <>
      <Head view={view} busy={signing.busy} ready />
      <div className={styles.split}>
        <div className={styles.side}>
          <Signatories view={view} document={document} roles={['doctor', 'seal']} />
          <Panel id="outcome" title={t('paper.outcome')}>
            {view.outcome && <OutcomePaper content={view.outcome} />}
          </Panel>
        </div>
        <div className={styles.stick}>
          <PdfFrame url={previewUrl(view.id, 'outcome', view.taskVersion)} title={t('referral.preview', { paper: t('paper.outcome') })} />
        </div>
      </div>
    </>
  )
}

/** The receiver's answer to a referral: written, then signed. */
export default function OutcomePage() {
  const { t } = useTranslation()
  const { id } = useParams({ from: '/referrals/$id/outcome' })
  const referral = useReferral(id)
  if (referral.isPending) return <Loading lines={12} />
  if (referral.error) return <Failure error={referral.error} retry={() => void referral.refetch()} />
  const view = referral.data
  if (view.outcomeDraft) return <Writer key={id} view={view} start={view.outcomeDraft} />
  if (view.outcome) return <Frozen view={view} />
  return (
    <Empty page title={t('referral.noOutcome')}>
      <Link to="/referrals/$id" params={{ id }}>
        {t('referral.view')}
      </Link>
    </Empty>
  )
}
