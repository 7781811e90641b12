/**
 * The script of a hospital's own system beside us: who comes with a slip is registered, treated and discharged by files, with
 * the delays and mistakes of every day. Pure: the same seed gives the same script; when to play it is the player's.
 */
import { checkInFile } from './check-in.ts'
import { claimFile } from './claim-file.ts'
import { type Person, person } from './person.ts'
import { random } from './random.ts'
import { type Stay, type StayKind, stay } from './stay.ts'

/** Somebody at the desk with a slip in hand, as far as the desk reads it from paper and card. */
export interface Comer {
  slip: { issuer: string; number: string }
  name: string
  birthDate: string
  sex: '1' | '2' | '3'
  citizenId?: string
  card?: string
}

/** check-in: XML0. whole: the record of the finished stay. first-words: the same before somebody corrected it. wrong-stay: under another visit's MA_LK. */
export type HisFile = 'check-in' | 'first-words' | 'wrong-stay' | 'whole'

export interface HisMove {
  file: HisFile
  /** Minutes of the hospital's day since the move before. */
  after: number
  /** renamed: written under another name first; half: laid down half, the rest a while later. */
  how: 'whole' | 'renamed' | 'half'
  name: string
}

export interface HisVisit {
  seed: number
  facility: string
  kind: StayKind
  comer: Comer
  came: Date
  moves: HisMove[]
}

const CARELESS = ['none', 'none', 'none', 'half', 'again', 'wrong-stay', 'corrected', 'late', 'record-first'] as const

/** What the system will do with somebody who has come. */
export function hisVisit(seed: number, facility: string, comer: Comer, came: Date): HisVisit {
  const r = random(seed, 'his')
  const mistake = r.pick(CARELESS)
  const kind = r.next() < 0.6 ? 'inpatient' : r.next() < 0.8 ? 'outpatient' : 'inpatient-transfer'
  const how = (): HisMove['how'] => (mistake === 'half' ? 'half' : r.next() < 0.5 ? 'renamed' : 'whole')
  const move = (file: HisFile, after: number, end = ''): HisMove => ({ file, after, how: how(), name: `${file}-${seed}${end}.xml` })
  const checkIn = move('check-in', r.int(2, 10))
  const stays = r.int(60, 240) * (mistake === 'late' ? 4 : 1)
  const leaving: HisMove[] = [
    ...(mistake === 'wrong-stay' ? [move('wrong-stay', stays)] : []),
    ...(mistake === 'corrected' ? [move('first-words', stays)] : []),
    move('whole', mistake === 'wrong-stay' || mistake === 'corrected' ? r.int(10, 40) : stays),
    ...(mistake === 'again' ? [move('whole', r.int(5, 30), ' (2)')] : []),
  ]
  const moves = mistake === 'record-first' ? [...leaving, { ...checkIn, after: r.int(5, 30) }] : [checkIn, ...leaving]
  return { seed, facility, kind, comer, came, moves }
}

function whoCame(seed: number, comer: Comer): Person {
  const p = person(seed)
  const { name, birthDate, citizenId, card } = comer
  const sex = comer.sex === '3' ? p.sex : comer.sex
  return { ...p, name, birthDate, sex, citizenId: citizenId ?? '', card: { ...p.card, ...(card ? { number: card } : {}) } }
}

/** The stay as it stands at an instant; it began when the patient came. */
function stayAt({ seed, facility, kind, comer, came }: HisVisit, now: Date): Stay {
  return stay(seed, {
    kind,
    facility,
    to: comer.slip.issuer,
    patient: { person: whoCame(seed, comer), mrn: `HIS-${seed}` },
    within: { from: came, to: now },
    cameWith: comer.slip,
  })
}

const everyRow = (of: Stay, change: Record<string, string>): Stay => ({
  ...of,
  tables: Object.fromEntries(Object.entries(of.tables).map(([name, rows]) => [name, rows.map((row) => ({ ...row, ...change }))])),
})

/**
 * The bytes of one file at the instant it is written.
 * @param others visits before this one; without one nobody's MA_LK can be taken by mistake
 */
export function hisBytes(visit: HisVisit, file: HisFile, now: Date, others: readonly HisVisit[] = []): Buffer {
  const whole = stayAt(visit, now)
  if (file === 'check-in') return checkInFile([whole])
  if (file === 'whole') return claimFile([whole])
  const other = others.find((v) => v.seed !== visit.seed)
  if (file === 'wrong-stay') return claimFile([other ? everyRow(whole, { MA_LK: stayAt(other, other.came).maLk }) : whole])
  const { XML1 = [], ...rest } = whole.tables
  const hasty = XML1.map((row) => ({ ...row, GHI_CHU: 'Tái khám khi cần.' }))
  return claimFile([{ ...whole, tables: { XML1: hasty, ...rest } }])
}
