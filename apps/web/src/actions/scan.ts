/** The code on a slip: what looks like one, and the way to open the box for it from anywhere. */

const OPEN = 'yba:scan'

/** Text that only a scanner types: the digits of a printed code, or a token. */
export const looksLikeCode = (text: string): boolean => /\d{300,}\s*$/.test(text) || /\beyJ[\w-]{20,}\.[\w-]{40,}\./.test(text)

/** Opens the box; with a text it is read at once. */
export function openScan(text = ''): void {
  window.dispatchEvent(new CustomEvent(OPEN, { detail: text }))
}

/** Listens for `openScan`; gives the way to stop. */
export function onScan(listener: (text: string) => void): () => void {
  const hear = (event: Event): void => listener((event as CustomEvent<string>).detail)
  window.addEventListener(OPEN, hear)
  return () => window.removeEventListener(OPEN, hear)
}
