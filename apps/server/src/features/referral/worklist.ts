/** GET /fhir/Task/$worklist?list=tray|drafts|sent|received|all&q=… : one list with a parameter, never a page per list. */
import { foldName } from '@yba/vietnam'
import type { Caller } from '../../access/caller.ts'
import { onBehalf } from '../../access/index.ts'
import type { OperationAnswer, OperationContext } from '../../feature.ts'
import type { Store, Stored } from '../../store/types.ts'
import type { ReferralRow, Worklist, WorklistAnswer } from './contract.ts'
import { needsFor } from './need.ts'
import { referralRows, rowFor } from './rows.ts'
import { saidOf } from './tables/acceptance.ts'
import { STATES } from './transitions.ts'
import { SIGN_PERMISSION } from './view.ts'

/** Of what has ended the newest; of what is open everything: nothing that waits for an answer may fall out of a list. */
const ENDED_SHOWN = 500
const PAGE = 500

const statesWhere = (terminal: boolean): string =>
  Object.entries(STATES)
    .filter(([, state]) => Boolean(state.terminal) === terminal)
    .map(([code]) => code)
    .join(',')
const OPEN = statesWhere(false)
const ENDED = statesWhere(true)

/** Tasks a list is made of: all open ones, the newest ended ones, and any whose number is asked for. */
async function candidates(store: Store, q: string): Promise<Stored[]> {
  const found = new Map<string, Stored>()
  const take = (entries: readonly Stored[]) => {
    for (const one of entries) found.set(one.id, one)
  }
  for (let cursor = ''; ; ) {
    const page = await store.search('Task', `business-status=${OPEN}&_sort=-_lastUpdated&_count=${PAGE}${cursor}`)
    take(page.entries)
    if (!page.next) break
    cursor = `&_cursor=${encodeURIComponent(page.next)}`
  }
  take((await store.search('Task', `business-status=${ENDED}&_sort=-_lastUpdated&_count=${ENDED_SHOWN}`)).entries)
  if (/\d/.test(q)) take((await store.search('Task', `identifier=${encodeURIComponent(q.trim())}&_count=50`)).entries)
  const changed = (one: Stored): number => one.lastUpdated.getTime()
  return [...found.values()].sort((a, b) => changed(b) - changed(a))
}

/** In the tray of those who sign: what waits for this person's role. In a desk's: everything on its way to be signed. */
function inTray(row: ReferralRow, caller: Caller): boolean {
  const due = row.waitingFor[0]
  if (caller.permissions.has('referral.sign-doctor') || caller.permissions.has('referral.sign-authorised'))
    return due !== undefined && due.role !== 'seal' && caller.permissions.has(SIGN_PERMISSION[due.role])
  return (row.direction === 'sent' && row.state === 'to-sign') || due !== undefined
}

const isBack = (row: ReferralRow): boolean => row.revision?.cause === 'sent-back' && row.waitingFor[0]?.role === 'doctor'

function inList(row: ReferralRow, list: Worklist, caller: Caller): boolean {
  if (list === 'drafts') return row.direction === 'sent' && row.state === 'draft'
  if (list === 'tray') return inTray(row, caller)
  if (list === 'sent') return row.direction === 'sent' && !['draft', 'to-sign'].includes(row.state)
  if (list === 'received') return row.direction === 'received'
  return true
}

/** An emergency on its way stands before everything else; one that has ended is a row like others. */
const hurries = (row: ReferralRow): boolean => row.stat === true && !STATES[row.state].terminal

/** Rows of one list, emergencies first, then newest change first, with the counts of all lists for the navigation. */
export async function worklist(context: OperationContext): Promise<OperationAnswer> {
  const { site, caller, query } = context
  const list = (query.get('list') ?? 'all') as Worklist
  const asked = query.get('q') ?? ''
  const rows = await referralRows(site, await candidates(site.store.as(onBehalf(caller)), asked))
  const q = foldName(asked)
  const wanted = q
    ? rows.filter((r) =>
        foldName(
          `${r.patient.name} ${r.number} ${r.hisNumbers?.join(' ') ?? ''} ${r.patient.citizenId ?? ''} ${r.patient.card ?? ''}`,
        ).includes(q),
      )
    : rows
  const lists: Worklist[] = ['tray', 'drafts', 'sent', 'received', 'all']
  const counts = Object.fromEntries(lists.map((l) => [l, rows.filter((r) => inList(r, l, caller)).length])) as WorklistAnswer['counts']
  // What came back is somebody's unfinished work: on top of the tray, below emergencies only.
  const first = (r: ReferralRow): number => (hurries(r) ? 2 : 0) + (list === 'tray' && isBack(r) ? 1 : 0)
  const shown = wanted.filter((r) => inList(r, list, caller)).sort((a, b) => first(b) - first(a))
  const received = shown.flatMap((r) => (r.direction === 'received' ? [r.id] : []))
  const said = await saidOf(site.store, received)
  const answered = shown.map((r) => ({ ...r, needs: needsFor(r, said.get(r.id)?.at(-1), caller) }))
  return { json: { rows: answered.map((r) => rowFor(caller, r)), counts } satisfies WorklistAnswer }
}
