/**
 * The rules against records whose truth is known (packages/people): no wrong automatic link, ever; what is found by itself and
 * what is asked of a person, by kind. Prints precision and recall.
 */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { LABELLED_KINDS, type LabelledCase, type LabelledKind, type LabelledRecord, labelledSet } from '@yba/people'
import { groupsOf, type Member } from './groups.ts'
import { judge } from './rules.ts'

const EACH = 40
const SET = labelledSet(EACH)

const idOf = (r: LabelledRecord): string => `${r.facility}|${r.mrn}`
const memberOf = ({ truth: _, ...person }: LabelledRecord): Member => ({ id: `${person.facility}|${person.mrn}`, person })

interface Score {
  /** Pairs of records of one person. */
  same: number
  linked: number
  wrong: number
  /** Pairs of one person that are not linked, of which a person is asked. */
  asked: number
}

function scoreOf({ records }: LabelledCase): Score {
  const groups = groupsOf(records.map(memberOf), [], true)
  const inOne = (a: string, b: string) => groups.groups.some((ids) => ids.includes(a) && ids.includes(b))
  const question = new Set(groups.refused.map((e) => [e.one, e.other].sort().join()))
  const score: Score = { same: 0, linked: 0, wrong: 0, asked: 0 }
  for (const [i, a] of records.entries()) {
    for (const b of records.slice(i + 1)) {
      const together = inOne(idOf(a), idOf(b))
      if (a.truth !== b.truth) {
        if (together) score.wrong++
        continue
      }
      score.same++
      if (together) score.linked++
      else if (question.has([idOf(a), idOf(b)].sort().join()) || judge(memberOf(a).person, memberOf(b).person, true).verdict === 'review')
        score.asked++
    }
  }
  return score
}

const sum = (scores: readonly Score[]): Score =>
  scores.reduce((a, b) => ({ same: a.same + b.same, linked: a.linked + b.linked, wrong: a.wrong + b.wrong, asked: a.asked + b.asked }), {
    same: 0,
    linked: 0,
    wrong: 0,
    asked: 0,
  })

const share = (part: number, of: number): string => (of === 0 ? '—' : `${((100 * part) / of).toFixed(1)} %`)

function tell(t: TestContext, what: string, { same, linked, wrong, asked }: Score): void {
  t.diagnostic(
    `${what.padEnd(34)} precision ${share(linked, linked + wrong).padStart(7)}  recall ${share(linked, same).padStart(7)}  asked ${share(asked, same).padStart(7)}`,
  )
}

/** What the deterministic rules must find by themselves; the others may be asked for or missed, never guessed. */
const FOUND: ReadonlySet<LabelledKind> = new Set([
  'clean',
  'lost-tone-marks',
  'year-only',
  'swapped-day-and-month',
  'card-alone',
  'bridge',
  'sex-unknown',
  'twins',
  'borrowed-card',
])
/** A person is asked, for the files speak of one another and do not agree. */
const ASKED: ReadonlySet<LabelledKind> = new Set(['cmnd-then-cccd'])

test('no wrong automatic link in the labelled set; recall by kind', (t) => {
  const scores = new Map(LABELLED_KINDS.map((kind) => [kind, sum(SET.filter((c) => c.kind === kind).map(scoreOf))]))
  for (const [kind, score] of scores) tell(t, kind, score)
  const all = sum([...scores.values()])
  tell(t, `all ${SET.length} cases`, all)
  assert.equal(all.wrong, 0, 'two persons were made one')
  for (const [kind, { same, linked, asked }] of scores) {
    if (FOUND.has(kind)) assert.equal(linked, same, `${kind}: every pair of one person is linked`)
    if (ASKED.has(kind)) assert.equal(asked, same, `${kind}: a person is asked about every pair`)
  }
})

test('all cases at once are the same persons as each by itself: no record reaches into another case', () => {
  const some = labelledSet(3)
  const whole = groupsOf(
    some.flatMap((c) => c.records.map(memberOf)),
    [],
    true,
  ).groups.map((ids) => ids.toSorted().join())
  const apart = some.flatMap((c) => groupsOf(c.records.map(memberOf), [], true).groups.map((ids) => ids.toSorted().join()))
  assert.deepEqual(whole.toSorted(), apart.toSorted())
})

function* orders<T>(list: readonly T[]): Generator<T[]> {
  if (list.length < 2) yield [...list]
  for (const [i, one] of list.entries()) for (const rest of orders(list.toSpliced(i, 1))) yield [one, ...rest]
}

test('in whatever order the records of a case come: the same persons, the same questions', () => {
  const pairs = (edges: { one: string; other: string }[]) => edges.map((e) => [e.one, e.other].sort().join()).sort()
  for (const { kind, records } of labelledSet(4, 1000)) {
    const answers = new Set<string>()
    for (const order of orders(records.map(memberOf))) {
      const { groups, refused } = groupsOf(order, [], true)
      answers.add(JSON.stringify([groups.map((ids) => ids.toSorted().join()).sort(), pairs(refused)]))
    }
    assert.equal(answers.size, 1, `${kind}: ${[...answers].join(' or ')}`)
  }
})
