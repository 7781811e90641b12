/**
 * The trail as people read it: newest first, with names instead of row numbers. `grouped` puts the same act of the same
 * person within an hour into one row: a screen that asks every few seconds does not drown what somebody did once. Of what
 * the system itself does, an import for instance, one row tells of all things of a kind.
 */
import { typeNumber } from '@yba/fhir'
import type { Db } from '../db.ts'
import type { Hasher } from '../hash.ts'
import type { AuditFilter, AuditRow } from '../types.ts'

interface Listed {
  seq: string
  at: Date
  first: Date
  times: number
  caller: string
  role: string
  purpose: string
  reason: string | null
  action: string
  t: string | null
  id: string | null
  ver: number | null
  patients: { id: string; name: string | null }[] | null
  request: string
  outcome: string
  detail: string | null
}

/** Rows a grouped list looks at; what is older is reached by naming a day. */
export const GROUPED_FROM = 20_000

const FILTERED = `from audit a
where ($1::bigint is null or a.pats @> array[$1::bigint]) and ($2::text is null or a.caller = $2)
  and ($3::timestamptz is null or a.at >= $3) and ($4::timestamptz is null or a.at < $4) and ($5::bigint is null or a.seq < $5)
  and ($7::bigint is null or a.seq = $7) and ($8::text[] is null or a.action = any($8))
  and ($9::text is null or (a.t = $9 and a.id = $10)) and ($11::boolean is null or (a.outcome in ('ok', 'success')) = $11)
order by a.seq desc`

const PATIENTS = `(select json_agg(json_build_object('id', p.id, 'name', p.content::json->'name'->0->>'text') order by p.id)
  from res p where p.rid = any(l.pats)) as patients`

const EACH = `select l.seq::text, l.at, l.at as first, 1 as times, l.caller, l.role, l.purpose, l.reason, l.action, l.t, l.id, l.ver, l.request,
  l.outcome, l.detail, ${PATIENTS} from (select a.* ${FILTERED} limit $6) l order by l.seq desc`

const GROUPED = `select l.seq::text, l.at, l.first, l.times, l.caller, l.role, l.purpose, l.reason, l.action, l.t, l.id, l.ver, l.request,
  l.outcome, l.detail, ${PATIENTS} from (
  select max(s.seq) as seq, max(s.at) as at, min(s.at) as first, count(*)::int as times, s.caller, s.role, s.purpose, s.reason, s.action, s.t,
    case when min(s.id) = max(s.id) then min(s.id) end as id,
    max(s.ver) as ver, (array_agg(s.request order by s.seq desc))[1] as request, s.outcome, s.detail, s.pats
  from (select a.* ${FILTERED} limit ${GROUPED_FROM}) s
  group by s.caller, s.role, s.purpose, s.reason, s.action, s.t, case when s.role <> 'system' then s.id end,
    s.outcome, s.detail, s.pats, date_trunc('hour', s.at)
  order by max(s.seq) desc limit $6) l order by l.seq desc`

const spooled = (detail: string | null): boolean => /(^| )spool$/.test(detail ?? '')

function listed(r: Listed, labels: ReadonlyMap<string, string>): AuditRow {
  const label = labels.get(`${r.t}/${r.id}`)
  return {
    seq: r.seq,
    at: r.at,
    caller: r.caller,
    role: r.role,
    purpose: r.purpose,
    ...(r.reason === null ? {} : { reason: r.reason }),
    action: r.action,
    ...(r.t === null ? {} : { type: r.t }),
    ...(r.id === null ? {} : { id: r.id }),
    ...(r.ver === null ? {} : { versionId: r.ver }),
    ...(label ? { label } : {}),
    ...(r.detail === null ? {} : { detail: r.detail }),
    patients: (r.patients ?? []).map((p) => p.id),
    patientNames: (r.patients ?? []).map((p) => p.name ?? ''),
    requestId: r.request,
    outcome: r.outcome,
    ...(r.times > 1 ? { times: r.times, first: r.first } : {}),
    ...(spooled(r.detail) ? { spooled: true } : {}),
  }
}

interface Named {
  identifier?: { value?: string }[]
  masterIdentifier?: { value?: string }
  name?: string | { text?: string }[]
  type?: { text?: string }
}

/** What people call a thing: its number or its name. Nothing of what it says. */
function labelOf(type: string, content: string): string | undefined {
  const it = JSON.parse(content) as Named
  if (type === 'Patient' || type === 'Practitioner') return Array.isArray(it.name) ? it.name[0]?.text : undefined
  if (type === 'Organization') return typeof it.name === 'string' ? it.name : undefined
  if (type === 'DocumentReference') return [it.type?.text, it.masterIdentifier?.value?.split('|').at(-1)].filter(Boolean).join(' ')
  return ['Task', 'Encounter'].includes(type) ? it.identifier?.[0]?.value : undefined
}

const LABELLED = ['Patient', 'Practitioner', 'Organization', 'DocumentReference', 'Task', 'Encounter']

async function labelsOf(db: Db, hashes: Hasher, rows: readonly Listed[]): Promise<Map<string, string>> {
  const wanted = [...new Set(rows.filter((r) => r.id && LABELLED.includes(r.t ?? '')).map((r) => `${r.t}/${r.id}`))]
  if (wanted.length === 0) return new Map()
  const found = await db.query<{ t: number; id: string; content: string }>(
    'select t, id, content from res where h = any($1::bigint[]) and not deleted',
    [wanted.map((w) => hashes.of(w))],
  )
  const types = new Map(LABELLED.map((type) => [typeNumber(type), type]))
  return new Map(
    found.flatMap(({ t, id, content }) => {
      const type = types.get(t)
      const label = type && labelOf(type, content)
      return label ? [[`${type}/${id}`, label] as const] : []
    }),
  )
}

/** @param pat row number of the patient asked for */
export async function listRows(db: Db, hashes: Hasher, filter: AuditFilter, pat: string | undefined): Promise<AuditRow[]> {
  const { caller, from, to, before, limit, seq, actions, about, succeeded } = filter
  const shown = [pat, caller, from, to, before, limit, seq, actions, about?.type, about?.id, succeeded]
  const values = shown.map((value) => value ?? null)
  const rows = await db.query<Listed>(filter.grouped ? GROUPED : EACH, values)
  const labels = await labelsOf(db, hashes, rows)
  return rows.map((r) => listed(r, labels))
}
