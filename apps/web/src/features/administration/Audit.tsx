import { useTranslation } from 'react-i18next'
import { PageHead } from '../../ui/Panel.tsx'
import { AccessLog, VerifyButton } from './AccessLog.tsx'

/** The auditor's page: the whole site's log and its proof. */
export default function Audit() {
  const { t } = useTranslation()
  return (
    <>
      <PageHead title={t('access.titleAll')} note={t('access.pick')}>
        <VerifyButton />
      </PageHead>
      <AccessLog />
    </>
  )
}
