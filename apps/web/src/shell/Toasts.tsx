import { Notifications } from '@mantine/notifications'
import { useTranslation } from 'react-i18next'

export default function Toasts() {
  const { t } = useTranslation()
  return <Notifications position="bottom-right" limit={3} role="region" aria-label={t('app.news')} />
}
