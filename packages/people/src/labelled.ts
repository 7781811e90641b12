/**
 * Records of invented persons as several hospitals hold them, with the truth beside them: who is one person and who is not.
 * The ways in which records go wrong are those of every day; each is a kind of its own, so that a rule can be judged by kind.
 */
import { foldName } from '@yba/vietnam'
import { type Person, person } from './person.ts'
import { type Random, random } from './random.ts'

/** One record, as a hospital sends it to the exchange. */
export interface LabelledRecord {
  /** The person it is of: the truth, which no rule may see. */
  truth: string
  facility: string
  mrn: string
  name: string
  /** yyyy-mm-dd or yyyy. */
  birthDate: string
  sex: '1' | '2' | '3'
  citizenId?: string
  cards: string[]
}

export interface LabelledCase {
  kind: LabelledKind
  records: LabelledRecord[]
}

const FACILITIES = ['24997', '24998', '01929', '24999'] as const

type Change = Partial<Pick<LabelledRecord, 'name' | 'birthDate' | 'sex' | 'citizenId' | 'cards'>>

/** Records of one hospital after the other. */
class Files {
  readonly records: LabelledRecord[] = []
  readonly #seed: number

  constructor(seed: number) {
    this.#seed = seed
  }

  /** Somebody's record at the next hospital; `citizenId: ''` is none. */
  add(truth: string, who: Person, change: Change = {}): this {
    const n = this.records.length
    const { name, birthDate, sex, citizenId, cards } = { ...who, cards: [who.card.number], ...change }
    this.records.push({
      truth: `${this.#seed}/${truth}`,
      facility: FACILITIES[n % FACILITIES.length] ?? '',
      mrn: `${this.#seed}-${n}`,
      name,
      birthDate,
      sex,
      ...(citizenId ? { citizenId } : {}),
      cards,
    })
    return this
  }
}

const NO_ID = { citizenId: '' }
const NO_CARD = { cards: [] as string[] }
const bare = (name: string): string => foldName(name).toUpperCase()
const titled = (name: string): string => name.toLowerCase().replace(/(^|\s)\p{L}/gu, (letter) => letter.toUpperCase())
const swapped = (date: string): string => date.replace(/^(\d{4})-(\d\d)-(\d\d)$/, '$1-$3-$2')
const withGiven = (name: string, given: string): string => [...name.split(' ').slice(0, -1), given].join(' ')

/** Born on a day that is no other when day and month change places, and of which the day is a month as well. */
const swappable = (who: Person): Person => ({ ...who, birthDate: `${who.birthDate.slice(0, 4)}-03-09` })
const dated = (who: Person): Person => (who.birthDate.length === 10 ? who : { ...who, birthDate: `${who.birthDate}-05-17` })

/** Given names of twins: one letter or one mark apart. */
const TWINS = {
  '1': [
    ['HÙNG', 'HƯNG'],
    ['TUẤN', 'TUÂN'],
    ['LONG', 'LONG ANH'],
    ['SƠN', 'SAN'],
  ],
  '2': [
    ['LAN', 'LOAN'],
    ['HOA', 'HÒA'],
    ['MAI', 'MÂY'],
    ['HẰNG', 'HẠNH'],
  ],
} as const

function twins(r: Random, who: Person): [Person, Person] {
  const [one, other] = r.pick([...TWINS[who.sex]])
  const last = Number(who.citizenId.slice(-6))
  return [
    { ...who, name: withGiven(who.name, one) },
    {
      ...who,
      name: withGiven(who.name, other),
      citizenId: `${who.citizenId.slice(0, 6)}${String((last + 1) % 1_000_000).padStart(6, '0')}`,
      card: { ...who.card, number: `${who.card.number.slice(0, -1)}${(Number(who.card.number.at(-1)) + 1) % 10}` },
    },
  ]
}

type Made = (files: Files, who: Person, r: Random, stranger: Person) => Files

/** Each kind of case: the records it leaves, and by `add`'s first word whose they are. */
const KINDS = {
  /** Everything agrees; each hospital writes names its own way. */
  clean: (f, p) =>
    f
      .add('a', p)
      .add('a', p, { name: titled(p.name) })
      .add('a', p, { name: p.name.normalize('NFD') }),
  'lost-tone-marks': (f, p) => f.add('a', p).add('a', p, { name: bare(p.name) }),
  'lost-tone-marks-by-card': (f, p) => f.add('a', dated(p), NO_ID).add('a', dated(p), { ...NO_ID, name: bare(p.name) }),
  'year-only': (f, p) => f.add('a', dated(p)).add('a', p, { birthDate: p.birthDate.slice(0, 4) }),
  'year-only-by-card': (f, p) => f.add('a', dated(p), NO_ID).add('a', p, { ...NO_ID, birthDate: p.birthDate.slice(0, 4) }),
  'swapped-day-and-month': (f, p) => f.add('a', swappable(p)).add('a', swappable(p), { birthDate: swapped(swappable(p).birthDate) }),
  'swapped-by-card': (f, p) =>
    f.add('a', swappable(p), NO_ID).add('a', swappable(p), { ...NO_ID, birthDate: swapped(swappable(p).birthDate) }),
  'card-alone': (f, p) => f.add('a', dated(p), NO_ID).add('a', dated(p), NO_ID),
  /** The middle record ties the other two. */
  bridge: (f, p) => f.add('a', dated(p), NO_CARD).add('a', dated(p)).add('a', dated(p), NO_ID),
  'cmnd-then-cccd': (f, p) => f.add('a', dated(p), { citizenId: p.citizenId.slice(3) }).add('a', dated(p)),
  'one-digit-wrong': (f, p) =>
    f.add('a', dated(p)).add('a', dated(p), { citizenId: `${p.citizenId.slice(0, -1)}${(Number(p.citizenId.at(-1)) + 5) % 10}` }),
  'sex-unknown': (f, p) => f.add('a', p).add('a', p, { sex: '3' }),
  twins: (f, p, r) => {
    const [one, other] = twins(r, dated(p))
    return f
      .add('a', one)
      .add('b', other)
      .add('a', one, { name: bare(one.name) })
      .add('b', other)
  },
  'twin-with-the-number-of-the-other': (f, p, r) => {
    const [one, other] = twins(r, dated(p))
    return f.add('a', one).add('b', { ...other, citizenId: one.citizenId })
  },
  'twin-with-the-card-of-the-other': (f, p, r) => {
    const [one, other] = twins(r, dated(p))
    return f.add('a', one, NO_ID).add('b', { ...other, card: one.card }, NO_ID)
  },
  'borrowed-card': (f, p, _, s) =>
    f
      .add('a', p)
      .add('b', { ...dated(s), card: p.card })
      .add('b', { ...dated(s), card: p.card }, NO_ID),
  'borrowed-number': (f, p, _, s) => f.add('a', p).add('b', { ...s, citizenId: p.citizenId }),
  namesakes: (f, p, _, s) => f.add('a', p).add('b', { ...s, name: p.name, birthDate: p.birthDate, sex: p.sex }, NO_ID),
  /** Two numbers, one card, one name and day; the third record fits both: who it is, nobody can say from the files. */
  'fits-two': (f, p) => {
    const other = `${p.citizenId.slice(0, -1)}${(Number(p.citizenId.at(-1)) + 3) % 10}`
    return f
      .add('a', dated(p))
      .add('b', { ...dated(p), citizenId: other })
      .add('c', dated(p), NO_ID)
  },
  newborn: (f, p) => f.add('a', p).add('b', p, { ...NO_ID, name: `CON BÀ ${p.name}`, birthDate: '2026-08-14', sex: '3' }),
} satisfies Record<string, Made>

export type LabelledKind = keyof typeof KINDS
export const LABELLED_KINDS = Object.keys(KINDS) as LabelledKind[]

/** So many cases of each kind. The same seed gives the same records; no two cases have a number in common. */
export function labelledSet(each: number, seed = 0): LabelledCase[] {
  return LABELLED_KINDS.flatMap((kind, k) =>
    Array.from({ length: each }, (_, i) => {
      const n = 2 * (seed + k * each + i)
      // The last digit of a number is the twins' and the typists': persons are ten apart.
      const [who, stranger] = [person(10 * n), person(10 * (n + 1))]
      const make: Made = KINDS[kind]
      return { kind, records: make(new Files(n), who, random(n, 'labelled'), stranger).records }
    }),
  )
}
