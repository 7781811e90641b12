import { Button } from '@mantine/core'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useActionHandler } from '../../actions/context.tsx'
import type { ReferralView } from '../../data/contracts.ts'
import { ActionButton, Key } from '../../ui/ActionButton.tsx'
import { IconBack } from '../../ui/icons.ts'
import { Alert, Empty, Failure, Loading } from '../../ui/Notice.tsx'
import { useSigning } from '../sign-tray/signing.ts'
import { useDraft } from './draft.ts'
import { FileDifferences, WithdrawnNotice } from './FileDifferences.tsx'
import { type FieldGroup, goToFirstGap, PaperForm } from './PaperForm.tsx'
import { PersonOf } from './PersonOf.tsx'
import { useFacilities, useReferral } from './queries.ts'
import { Steps, useStep } from './Steps.tsx'
import { QuestionNotice, RevisionNotice } from './Versions.tsx'

/** Fields of the slip, those a person always fills first. */
function useGroups(from: string, current: { code: string; name: string }): FieldGroup[] {
  const { t } = useTranslation()
  const facilities = useFacilities().data?.rows
  return useMemo(() => {
    const known = (facilities ?? []).filter((f) => f.code !== from)
    const listed = current.code && !known.some((f) => f.code === current.code) ? [current, ...known] : known
    const options = [{ value: '', label: '' }, ...listed.map((f) => ({ value: f.code, label: `${f.name || f.code} (${f.code})` }))]
    const area = (path: string, label: string, required = false) => ({ path, label, kind: 'area', required }) as const
    return [
      {
        id: 'clinical',
        title: t('compose.clinical'),
        fields: [
          area('signs', t('referral.signs'), true),
          area('results', t('referral.results')),
          area('diagnosisText', t('compose.diagnosisWithCode'), true),
          area('treatment.method', t('referral.method')),
          area('condition', t('referral.condition')),
          area('direction', t('referral.direction'), true),
        ],
      },
      {
        id: 'transfer',
        title: t('compose.transfer'),
        fields: [
          { path: 'to.code', label: t('compose.facility'), kind: 'choice', options, required: true, wide: true },
          {
            path: 'reason',
            label: t('referral.reason'),
            kind: 'choice',
            wide: true,
            options: (['1', '2', '3'] as const).map((value) => ({ value, label: t(`referral.reason${value}`) })),
          },
          { path: 'emergency', label: t('referral.emergency'), kind: 'check', wide: true },
          { path: 'departure', label: t('referral.departure'), kind: 'time', required: true },
          { path: 'transport', label: t('referral.transport'), kind: 'line' },
          { path: 'escort.name', label: t('referral.escort'), kind: 'line' },
          { path: 'escort.title', label: t('referral.escortTitle'), kind: 'line' },
        ],
      },
      {
        id: 'more',
        title: t('compose.more'),
        fields: [
          area('history', t('referral.history')),
          { path: 'treatment.services', label: t('referral.services'), kind: 'area' },
          { path: 'treatment.medicines', label: t('referral.medicinesUsed'), kind: 'area' },
          { path: 'authorised.name', label: t('referral.authorised'), kind: 'line' },
          { path: 'oneYear', label: t('referral.oneYear'), kind: 'check' },
        ],
      },
    ]
  }, [t, facilities, from, current])
}

function Composer({ view, start }: { view: ReferralView; start: NonNullable<ReferralView['draft']> }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const facilities = useFacilities().data?.rows
  const draft = useDraft(view.id, start, view.findings)
  const groups = useGroups(view.from.code, start.content.to)
  const { busy, step } = useStep(view)
  const toTray = (): void => void navigate({ to: '/tray' })
  const signing = useSigning(view, 'referral', toTray, draft.version)
  const gaps = draft.findings.filter((f) => f.severity === 'error' || f.severity === 'fatal').length
  const named = {
    ...draft,
    set: (path: string, value: unknown): void => {
      if (path === 'to.code') draft.set('to', { code: value, name: facilities?.find((f) => f.code === value)?.name ?? '' })
      else draft.set(path, value)
    },
  }
  const submit = async (): Promise<void> => {
    if ((await draft.flush()) && (await step('submit'))) toTray()
  }
  const offered = view.allowed.includes('submit')
  // With something missing the key leads there: a key that does nothing is a dead end.
  const next = (): void => void (gaps === 0 ? submit() : goToFirstGap(draft.findings, groups))
  useActionHandler('referral.next-step', offered && !busy ? next : undefined)
  return (
    <>
      <PersonOf view={{ ...view, content: draft.content }}>
        <Button component={Link} to="/referrals/drafts" variant="subtle" leftSection={<IconBack size={15} aria-hidden />}>
          {t('actions.drafts')}
        </Button>
        <Steps view={{ ...view, allowed: view.allowed.filter((event) => event === 'void') }} />
        {offered && (
          <Button variant="default" disabled={busy} onClick={next} aria-keyshortcuts="F8">
            {t('compose.submit')}
            <Key name="F8" />
          </Button>
        )}
        {gaps === 0 && signing.role && draft.state.is === 'saved' && (
          <ActionButton
            id="referral.sign"
            primary
            loading={signing.busy}
            label={t('signing.signAs', { role: t(`signing.${signing.role}`) })}
          />
        )}
      </PersonOf>
      <WithdrawnNotice view={view} />
      <FileDifferences view={view} before={draft.flush} after={draft.takeTheirs} />
      <PaperForm id={view.id} kind="referral" draft={named} groups={groups} title={t('compose.title')}>
        <QuestionNotice view={view} answering={false} />
        <RevisionNotice view={{ ...view, canSign: [] }} />
        <Alert tone={gaps > 0 ? 'amber' : 'green'}>{gaps > 0 ? t('compose.gaps', { n: gaps }) : t('compose.ready')}</Alert>
      </PaperForm>
    </>
  )
}

/** Writing a referral from the chart; the draft saves itself. */
export default function ComposePage() {
  const { t } = useTranslation()
  const { id } = useParams({ from: '/referrals/$id/compose' })
  const referral = useReferral(id)
  if (referral.isPending) return <Loading lines={12} />
  if (referral.error) return <Failure error={referral.error} retry={() => void referral.refetch()} />
  const view = referral.data
  if (!view.draft) {
    return (
      <Empty page title={t('compose.frozen')} cure={t('compose.frozenCure')}>
        <Link to="/referrals/$id" params={{ id }}>
          {t('referral.view')}
        </Link>
      </Empty>
    )
  }
  return <Composer key={id} view={view} start={view.draft} />
}
