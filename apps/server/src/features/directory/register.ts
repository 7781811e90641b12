/** Looking a facility up: by code or by any name it has had, with its history. At a node from what it took home. */
import { defineOutcome, refuse } from '@yba/fhir'
import { foldName, localDay } from '@yba/vietnam'
import type { OperationAnswer, OperationContext } from '../../feature.ts'
import type { DirectoryAlias } from '../exchange/contract.ts'
import { codeNow } from './aliases.ts'
import type { DirectoryRegister, RegisterAnswer, RegisterDetail, RegisterRow } from './contract.ts'
import { directoryAge } from './follow.ts'
import { registerOf } from './tables/register.ts'
import { aliases, type Facility, facilities } from './tables.ts'

const MOST = 200

const CODE_UNKNOWN = defineOutcome({
  code: 'register-code-unknown',
  http: 404,
  severity: 'error',
  issue: 'not-found',
  vi: 'Danh bạ không có mã {code}.',
  en: 'The directory has no code {code}.',
  cure: { vi: 'Tìm theo tên, hoặc hỏi đơn vị vận hành trục.', en: 'Search by name, or ask the operator of the hub.' },
})

interface Known {
  register: DirectoryRegister
  aliases: readonly DirectoryAlias[]
  today: string
}

function rowOf(f: Facility, { register, aliases: chain, today }: Known): RegisterRow {
  const others = [...register.names, ...register.lists].filter((n) => n.code === f.code && n.name !== f.name).map((n) => n.name)
  const now = codeNow(chain, f.code, today, today)
  return {
    code: f.code,
    name: f.name,
    level: f.level ?? '',
    managingBody: f.managing_body,
    active: f.active,
    suspended: f.suspended === true,
    demoCode: f.demo_code === true,
    ...(f.valid_from ? { validFrom: f.valid_from } : {}),
    ...(f.valid_until ? { validUntil: f.valid_until } : {}),
    otherNames: [...new Set(others)],
    ...(now === f.code ? {} : { becomes: now }),
  }
}

function detailOf(f: Facility, known: Known): RegisterDetail {
  const { register, aliases: chain } = known
  const keys = (kind: 'slip' | 'client', list: Facility['slip_keys']) =>
    list.map(({ kid, from, until, revoked }) => ({
      kind,
      kid,
      ...(from ? { from } : {}),
      ...(until ? { until } : {}),
      ...(revoked ? { revoked } : {}),
    }))
  return {
    ...rowOf(f, known),
    names: register.names.filter((n) => n.code === f.code),
    lists: register.lists.filter((n) => n.code === f.code),
    aliases: chain.filter((a) => a.code === f.code || a.becomes === f.code),
    keys: [...keys('slip', f.slip_keys), ...keys('client', f.client_keys)],
    departments: register.departments.filter((d) => d.facility === f.code),
    practitioners: register.practitioners.filter((p) => p.facility === f.code),
  }
}

/** Every word typed stands in the code or in one of the names. */
function fits(row: RegisterRow, words: readonly string[]): boolean {
  const text = foldName([row.code, row.name, ...row.otherNames, row.managingBody].join(' '))
  return words.every((word) => text.includes(word))
}

/** GET /fhir/Organization/$register?q=&code=. Throws `register-code-unknown`. */
export async function lookUp({ site, query }: OperationContext): Promise<OperationAnswer> {
  const [known, chain, register, age] = await Promise.all([
    facilities(site.store),
    aliases(site.store),
    registerOf(site.store),
    directoryAge(site),
  ])
  const about = { register, aliases: chain, today: localDay(site.clock.now()) }
  const words = foldName(query.get('q') ?? '')
    .split(' ')
    .filter(Boolean)
  const found = known.map((f) => rowOf(f, about)).filter((row) => fits(row, words))
  const code = query.get('code')
  const asked = code === null ? undefined : known.find((f) => f.code === code)
  if (code !== null && !asked) throw refuse(CODE_UNKNOWN, { code: code.slice(0, 10) })
  const answer: RegisterAnswer = {
    rows: found.slice(0, MOST),
    more: found.length > MOST,
    ...(asked ? { detail: detailOf(asked, about) } : {}),
    asOf: age.issuedAt,
  }
  return { json: answer }
}
