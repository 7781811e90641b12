import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useActions } from '../actions/context.tsx'
import { nameOf } from '../actions/list.ts'

/** The key of a button, beside its name: quieter than the name, and read out by `aria-keyshortcuts` instead. */
export const Key = ({ name }: { name: string }) => (
  <span aria-hidden style={{ marginLeft: 6, fontWeight: 400 }}>
    ({name})
  </span>
)

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
      {label ?? nameOf(action, t)}
      {action.keys && <Key name={action.keys} />}
    </Button>
  )
}
