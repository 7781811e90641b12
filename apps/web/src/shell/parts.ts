/** From one part of a page to the next, past all that stands in between: a long list is one part. */

const FIRST = ['input', 'select', 'textarea', 'button', 'a[href]', 'tr[data-row]']
  .map((one) => `${one}:not(:disabled, [tabindex="-1"])`)
  .join()

/** The parts of a page that are in sight, in its order; a part within a part is a place of its own. */
const partsOf = (page: HTMLElement): HTMLElement[] =>
  [...page.querySelectorAll<HTMLElement>('section, [role="tablist"]')].filter((part) => part.checkVisibility() && part.querySelector(FIRST))

/** Puts the focus on the first thing of the next part, or of the one before; behind the last comes the first. */
export function toPart(page: HTMLElement, way: 1 | -1): void {
  const parts = partsOf(page)
  const here = document.activeElement
  // What a part contains follows its beginning, too.
  const at = parts.findLastIndex((part) => here && part.compareDocumentPosition(here) & Node.DOCUMENT_POSITION_FOLLOWING)
  const next = at < 0 && way < 0 ? parts.at(-1) : parts[(at + way + parts.length) % parts.length]
  next?.querySelector<HTMLElement>(FIRST)?.focus()
}
