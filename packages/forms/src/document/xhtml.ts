/** XHTML narratives: text is always escaped, never markup. */

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Text as XHTML character data. */
export function escapeXhtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => ESCAPES[c] ?? c)
}

const lines = (text: string): string => escapeXhtml(text).replace(/\r\n|\r|\n/g, '<br/>')

/** One labelled value of a narrative; empty values are left out. */
export type Row = readonly [label: string, value: string | undefined]

/** A narrative of paragraphs `label: value`; with nothing to say it says so. */
export function narrative(rows: readonly Row[]): { status: 'generated'; div: string } {
  const body = rows
    .filter(([, value]) => value !== undefined && value.trim() !== '')
    .map(([label, value]) => `<p>${label === '' ? '' : `<b>${escapeXhtml(label)}:</b> `}${lines(value ?? '')}</p>`)
    .join('')
  return {
    status: 'generated',
    div: `<div xmlns="http://www.w3.org/1999/xhtml" lang="vi">${body === '' ? '<p>Không ghi nhận</p>' : body}</div>`,
  }
}
