import { Button } from '@mantine/core'
import { Link, useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { STATES } from '../../data/contracts.ts'
import { say } from '../../text/index.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import { IconBack } from '../../ui/icons.ts'
import { Alert, Failure, Loading } from '../../ui/Notice.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { PdfFrame } from '../documents/PdfFrame.tsx'
import { EditButton } from '../referral/EditButton.tsx'
import { FindingList } from '../referral/FindingList.tsx'
import { ReferralPaper } from '../referral/Paper.tsx'
import { PersonOf } from '../referral/PersonOf.tsx'
import { previewUrl, useReferral } from '../referral/queries.ts'
import styles from '../referral/referral.module.css'
import { Steps } from '../referral/Steps.tsx'
import { CorrectionMark, ProposalNotice, RevisionNotice } from '../referral/Versions.tsx'
import { Signatories } from './Signatories.tsx'
import { useNextInTray, useSigning } from './signing.ts'

const ROLES = ['doctor', 'authorised', 'seal'] as const

/** A referral in the tray: what it says beside what will be signed. Nothing to type. */
export default function SignReferral() {
  const { t } = useTranslation()
  const { id } = useParams({ from: '/tray/$id' })
  const referral = useReferral(id)
  const tray = useNextInTray(id)
  const signing = useSigning(referral.data, 'referral', tray.leave)
  if (referral.isPending) return <Loading lines={12} />
  if (referral.error) return <Failure error={referral.error} retry={() => void referral.refetch()} />
  const view = referral.data
  const document = view.draft ? undefined : view.documents.find((d) => d.kind === 'referral')
  const open = view.state === 'to-sign' || view.state === 'draft' || view.waitingFor.length > 0
  return (
    <>
      <PersonOf view={view}>
        <Button component={Link} to="/tray" variant="subtle" leftSection={<IconBack size={15} aria-hidden />}>
          {t('actions.tray')}
        </Button>
        <EditButton view={view} />
        <Steps view={{ ...view, allowed: view.allowed.filter((event) => event === 'void' || event === 'send-back') }} />
        {signing.role && (
          <ActionButton
            id="referral.sign"
            primary
            loading={signing.busy}
            label={t('signing.signAs', { role: t(`signing.${signing.role}`) })}
          />
        )}
      </PersonOf>
      <div className={styles.split}>
        <div className={styles.side}>
          <RevisionNotice view={{ ...view, canSign: [] }} />
          <ProposalNotice view={view} />
          <CorrectionMark view={view} />
          {view.signRefused && (
            <Alert tone="red">
              <span className="strong">{say(view.signRefused)}</span> {say(view.signRefused.cure)}
            </Alert>
          )}
          {view.signAs && (
            <Alert tone={view.signAs.daysLeft === undefined ? 'blue' : 'amber'}>
              {t('authority.signAs')}: <span className="strong">{view.signAs.lines.join(' / ')}</span>. {view.signAs.basis}.{' '}
              {view.signAs.daysLeft !== undefined && t('authority.ending', { n: view.signAs.daysLeft })}
            </Alert>
          )}
          {!signing.role && !view.signRefused && (
            <Alert tone="blue">
              {open
                ? t('signing.notYours')
                : view.state === 'void'
                  ? `${say(STATES.void)}.`
                  : `${t('signing.allSigned')} ${say(STATES[view.state])}.`}
            </Alert>
          )}
          <Signatories view={view} document={document} roles={ROLES} />
          {!document && <FindingList findings={view.findings} />}
          <Panel
            id="content"
            title={`${t('paper.referral')} · ${view.number}`}
            tools={
              tray.total > 0 &&
              tray.position > 0 && <span className="soft">{t('signing.position', { i: tray.position, n: tray.total })}</span>
            }
          >
            <ReferralPaper content={view.content} />
          </Panel>
        </div>
        <div className={styles.stick}>
          <PdfFrame
            url={previewUrl(id, 'referral', `${view.taskVersion}.${view.draft?.draftVersion ?? 0}`)}
            title={t('referral.preview', { paper: t('paper.referral') })}
          />
        </div>
      </div>
    </>
  )
}
