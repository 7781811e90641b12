/**
 * Prints the referral's states and transitions from their one table. `--write` puts them between the marks of
 * docs/exchange.md; a test holds the page to the table.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Actor, EVENT_TEXT, type Guard, STATES, TRANSITIONS } from '../apps/server/src/features/referral/transitions.ts'

export const PAGE = join(import.meta.dirname, '..', 'docs', 'exchange.md')

const ACTORS: Record<Actor, string> = { sender: 'sender', receiver: 'receiver', hub: 'hub', timer: "hub's timer" }

const GUARDS: Record<Guard, string> = {
  'gaps-settled': 'nothing required is missing',
  'all-signed': 'doctor, authorised signer and seal are there',
  registered: 'the hub holds the documents',
  reason: 'a reason is given',
  info: 'a text, or a paper the hub holds',
  date: 'a day is given that is not over',
  facility: 'a third facility of the directory is named',
  elsewhere: 'a place of the directory is proposed, or a reason is given',
  readdress: 'a third facility of the directory is named; not sent elsewhere before',
  'one-year': 'the slip holds for one year',
  mistaken: 'a reason is given; nothing is charted in the stay, and the slip is there',
  'other-asked': 'a reason is given; the other party has asked for it',
  'outcome-registered': 'the hub holds the outcome document',
  corrected: 'a reason is given and the newer version is registered',
  'outcome-present': 'an outcome document is there',
  'day-over': 'the day and one working day after it are over',
  silence: '24 hours without an answer, or never delivered',
  'outcome-overdue': '7 days after the end of care without an outcome',
  'year-over': 'the last day of the slip is over, or the working day after it',
  none: '',
}

const row = (...cells: string[]): string => `| ${cells.join(' | ')} |`

/** Both tables as Markdown, without the marks. */
export function printTransitions(): string {
  const states = Object.entries(STATES).map(([state, s]) => {
    const where = s.local ? "sender's site only" : s.terminal ? 'end' : ''
    const status = [`\`${s.taskStatus}\``, ...(s.withOutcome ? [`with an outcome \`${s.withOutcome}\``] : [])].join('; ')
    return row(`\`${state}\``, s.vi, s.en, status, where)
  })
  return [...stateTable(states), '', ...transitionTable()].join('\n')
}

const OPENS = { arrived: ', and a child Task `arrived`', sent: ', and a child Task `sent` to the third facility' }

/** One line for all states from which the same step leads to the same place. */
function transitionTable(): string[] {
  const lines = new Map<string, { from: string[]; cells: string[] }>()
  for (const t of TRANSITIONS) {
    const to = `\`${t.to}\`${t.opens ? OPENS[t.opens] : ''}`
    const cells = [`\`${t.event}\` (${EVENT_TEXT[t.event].vi})`, ACTORS[t.actor], GUARDS[t.guard], to]
    const line = lines.get(cells.join('|')) ?? { from: [], cells }
    line.from.push(`\`${t.from}\``)
    lines.set(cells.join('|'), line)
  }
  const printed = [...lines.values()].map(({ from, cells }) => row(from.join(', '), ...cells))
  return [row('From', 'Event', 'By', 'If', 'To'), '|---|---|---|---|---|', ...printed]
}

function stateTable(states: string[]): string[] {
  return [row('State', 'On screens', 'English', 'Task.status', ''), '|---|---|---|---|---|', ...states]
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
