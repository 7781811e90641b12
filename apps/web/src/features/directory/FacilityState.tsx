import { useTranslation } from 'react-i18next'
import type { RegisterRow } from '../../data/contracts.ts'
import { Badge } from '../../ui/Badge.tsx'

/** Whether it takes part, and what it became. */
export function FacilityState({ row }: { row: RegisterRow }) {
  const { t } = useTranslation()
  if (row.becomes) return <Badge tone="blue">{t('directory.became', { code: row.becomes })}</Badge>
  if (row.suspended) return <Badge tone="red">{t('directory.suspended')}</Badge>
  return <Badge tone={row.active ? 'green' : 'grey'}>{t(row.active ? 'directory.active' : 'directory.inactive')}</Badge>
}
