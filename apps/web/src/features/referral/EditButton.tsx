import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useActionHandler } from '../../actions/context.tsx'
import type { ReferralView } from '../../data/contracts.ts'
import { Key } from '../../ui/ActionButton.tsx'
import { IconPencil } from '../../ui/icons.ts'

/** Back into the slip while it is still a draft of ours: F2, as everywhere a paper is written. */
export function EditButton({ view }: { view: Pick<ReferralView, 'id' | 'draft' | 'direction'> }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const editable = view.draft !== undefined && view.direction === 'sent'
  const open = (): void => void navigate({ to: '/referrals/$id/compose', params: { id: view.id } })
  useActionHandler('referral.edit', editable ? open : undefined)
  if (!editable) return null
  return (
    <Button variant="default" leftSection={<IconPencil size={15} aria-hidden />} onClick={open} aria-keyshortcuts="F2">
      {t('referral.edit')}
      <Key name="F2" />
    </Button>
  )
}
