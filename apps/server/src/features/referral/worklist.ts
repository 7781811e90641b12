/** GET /fhir/Task/$worklist?list=tray|drafts|sent|received|all&q=… : one list with a parameter, never a page per list. */
import { foldName } from '@yba/vietnam'
import type { Caller } from '../../access/caller.ts'
import { onBehalf } from '../../access/index.ts'
import type { OperationAnswer, OperationContext } from '../../feature.ts'
import type { ReferralRow, Worklist, WorklistAnswer } from './contract.ts'
import { referralRows } from './rows.ts'
import { STATES } from './transitions.ts'
import { SIGN_PERMISSION } from './view.ts'

const LIMIT = 500

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
  const page = await site.store.as(onBehalf(caller)).search('Task', `_sort=-_lastUpdated&_count=${LIMIT}`)
  const rows = await referralRows(site, page.entries)
  const q = foldName(query.get('q') ?? '')
  const wanted = q
    ? rows.filter((r) => foldName(`${r.patient.name} ${r.number} ${r.patient.citizenId ?? ''} ${r.patient.card ?? ''}`).includes(q))
    : rows
  const lists: Worklist[] = ['tray', 'drafts', 'sent', 'received', 'all']
  const counts = Object.fromEntries(lists.map((l) => [l, rows.filter((r) => inList(r, l, caller)).length])) as WorklistAnswer['counts']
  // What came back is somebody's unfinished work: on top of the tray, below emergencies only.
  const first = (r: ReferralRow): number => (hurries(r) ? 2 : 0) + (list === 'tray' && isBack(r) ? 1 : 0)
  const shown = wanted.filter((r) => inList(r, list, caller)).sort((a, b) => first(b) - first(a))
  return { json: { rows: shown, counts } satisfies WorklistAnswer }
}
