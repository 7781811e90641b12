import { useEffect, useRef } from 'react'
import type { Action } from './types.ts'

/** The name of a key press as the action list writes it: `F9`, `Ctrl+K`, `Alt+2`, `?`. */
export function pressed(event: KeyboardEvent): string {
  const key =
    event.code.startsWith('Digit') && event.altKey ? event.code.slice(5) : event.key.length === 1 ? event.key.toUpperCase() : event.key
  const held = [event.ctrlKey || event.metaKey ? 'Ctrl' : '', event.altKey ? 'Alt' : ''].filter(Boolean)
  return [...held, key].join('+')
}

/** In a text of several lines Enter is a new line, so Ctrl+Enter sends the form; on the form itself it does from every field. */
export function ctrlEnterSends(event: React.KeyboardEvent<HTMLTextAreaElement | HTMLFormElement>): void {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.nativeEvent.isComposing) return
  event.preventDefault()
  const { currentTarget: at } = event
  const form = at instanceof HTMLFormElement ? at : at.form
  form?.requestSubmit()
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
}

/** A question or a menu over the page. */
const OPEN = '[role="dialog"], [role="menu"]'

/**
 * Runs the action whose key was pressed. Single characters stay text while somebody types, and nothing fires while an input
 * method (UniKey, Telex, VNI) is composing a letter.
 */
export function useActionKeys(actions: readonly Action[], run: (action: Action) => void): void {
  const latest = useRef({ actions, run })
  latest.current = { actions, run }
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.isComposing || event.defaultPrevented) return
      const name = pressed(event)
      if (name.length === 1 && isTyping(event.target)) return
      // In a dialog a single character is text.
      const asked = document.querySelector(OPEN) !== null
      if (name.length === 1 && asked) return
      const action = latest.current.actions.find((a) => a.keys === name)
      if (!action) return
      event.preventDefault()
      // What stands behind a question is not reached before it is answered or left; a key held down is pressed once.
      if (event.repeat || (asked && action.id !== 'app.lock')) return
      latest.current.run(action)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}
