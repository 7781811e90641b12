import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useActions } from '../actions/context.tsx'

/** The button of an action of the list: same label, key and permission as in menu, palette and help. */
export function ActionButton({ id, label, primary, loading }: { id: string; label?: string; primary?: boolean; loading?: boolean }) {
  const { t } = useTranslation()
  const { actions, run } = useActions()
  const action = actions.find((a) => a.id === id)
  if (!action) return null
  const Icon = action.icon
  return (
    <Button
      variant={primary ? 'filled' : 'default'}
      leftSection={Icon && <Icon size={15} aria-hidden />}
      loading={loading}
      onClick={() => run(action)}
      aria-keyshortcuts={action.keys?.replace('Ctrl', 'Control')}
    >
      {label ?? t(`actions.${action.label}`)}
      {action.keys && <span style={{ marginLeft: 6, fontWeight: 400 }}>({action.keys})</span>}
    </Button>
  )
}
