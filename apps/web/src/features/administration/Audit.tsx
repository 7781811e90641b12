import { useTranslation } from 'react-i18next'
import { may, useSession } from '../../data/session.tsx'
import { PageHead } from '../../ui/Panel.tsx'
import { Evidence } from '../referral/Evidence.tsx'
import { AccessLog, VerifyButton } from './AccessLog.tsx'

/** The auditor's page: the whole site's log and its proof. */
export default function Audit() {
  const { t } = useTranslation()
  const session = useSession()
  return (
    <>
      <PageHead title={t('access.titleAll')} note={t('access.pick')}>
        <VerifyButton />
      </PageHead>
      <AccessLog />
      {session.site.role === 'facility' && may(session, 'audit.read') && <Evidence />}
    </>
  )
}
