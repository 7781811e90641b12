/**
 * Prints the referral's states and transitions from their one table. `--write` puts them between the marks of
 * docs/exchange.md; a test holds the page to the table.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Actor,
  EVENT_TEXT,
  type Guard,
  type ReferralState,
  STATES,
  TRANSITIONS,
} from '../apps/server/src/features/referral/transitions.ts'

export const PAGE = join(import.meta.dirname, '..', 'docs', 'exchange.md')

const ACTORS: Record<Actor, string> = { sender: 'sender', receiver: 'receiver', hub: 'hub' }

const GUARDS: Record<Guard, string> = {
  'gaps-settled': 'nothing required is missing',
  'all-signed': 'doctor, authorised signer and seal are there',
  registered: 'the hub holds the documents',
  reason: 'a reason is given',
  'outcome-registered': 'the hub holds the outcome document',
  'outcome-present': 'an outcome document is there',
  none: '',
}

const row = (...cells: string[]): string => `| ${cells.join(' | ')} |`

/** Both tables as Markdown, without the marks. */
export function printTransitions(): string {
  const states = Object.entries(STATES).map(([state, s]) => {
    const where = s.local ? "sender's site only" : s.terminal ? 'end' : ''
    return row(`\`${state}\``, s.vi, s.en, `\`${s.taskStatus}\``, where)
  })
  const name = (state: ReferralState) => `\`${state}\``
  const transitions = TRANSITIONS.map((t) =>
    row(name(t.from), `\`${t.event}\` (${EVENT_TEXT[t.event].vi})`, ACTORS[t.actor], GUARDS[t.guard], name(t.to)),
  )
  return [
    row('State', 'On screens', 'English', 'Task.status', ''),
    '|---|---|---|---|---|',
    ...states,
    '',
    row('From', 'Event', 'By', 'If', 'To'),
    '|---|---|---|---|---|',
    ...transitions,
  ].join('\n')
}

const HEAD = '<!-- transitions: printed by scripts/print-transitions.ts -->\n'
const TAIL = '\n<!-- end of transitions -->'

/** A page around and between the marks. Throws when it has lost them. */
function parts(page: string): { before: string; printed: string; after: string } {
  const start = page.indexOf(HEAD) + HEAD.length
  const end = page.indexOf(TAIL, start - 1)
  if (start < HEAD.length || end < 0) throw new Error('docs/exchange.md has lost its marks')
  return { before: page.slice(0, start), printed: page.slice(start, end), after: page.slice(end) }
}

/** What stands between the marks of a page. */
export const printedPart = (page: string): string => parts(page).printed

if (import.meta.main) {
  if (process.argv.includes('--write')) {
    const { before, after } = parts(readFileSync(PAGE, 'utf8'))
    writeFileSync(PAGE, before + printTransitions() + after)
  } else {
    console.log(printTransitions())
  }
}
