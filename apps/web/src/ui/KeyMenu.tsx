import { Menu } from '@mantine/core'
import { type KeyboardEvent, type ReactNode, useCallback, useRef } from 'react'

interface Props {
  opened: boolean
  change(opened: boolean): void
  width?: number
  button: ReactNode
  /** `Menu.Item`s, with what stands between them. */
  children: ReactNode
}

/**
 * A menu that has the focus from its first moment: who types "open, down, enter" in one go means the menu, never the button
 * that had the focus before. Closed, the focus is back where it was.
 */
export function KeyMenu({ opened, change, width, button, children }: Props) {
  const back = useRef<HTMLElement | null>(null)
  const dropdown = useRef<HTMLDivElement | null>(null)
  const enter = useCallback((node: HTMLDivElement | null) => {
    dropdown.current = node
    if (!node) return
    back.current = document.activeElement instanceof HTMLElement ? document.activeElement : null
    node.focus({ preventScroll: true })
  }, [])
  const set = (open: boolean): void => {
    // Before what was chosen opens a dialog of its own, which then has the focus.
    if (!open && dropdown.current?.contains(document.activeElement)) back.current?.focus({ preventScroll: true })
    change(open)
  }
  const leave = (event: KeyboardEvent): void => {
    if (event.key !== 'Tab' && event.key !== 'Escape') return
    event.preventDefault()
    set(false)
  }
  return (
    <Menu
      position="bottom-end"
      opened={opened}
      onChange={set}
      {...(width ? { width } : {})}
      trapFocus={false}
      returnFocus={false}
      closeOnEscape={false}
      withInitialFocusPlaceholder={false}
      transitionProps={{ duration: 0 }}
    >
      <Menu.Target>{button}</Menu.Target>
      <Menu.Dropdown ref={enter} onKeyDown={leave}>
        {children}
      </Menu.Dropdown>
    </Menu>
  )
}
