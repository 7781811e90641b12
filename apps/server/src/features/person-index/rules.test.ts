/** Rules D1 to D5 as a table written by hand; every line holds in both directions. All persons are invented. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { judge, type RuleResult, type SourcePerson } from './rules.ts'

// 000 no province, 1 = female born 19xx, 75 = year; 0 = male.
const HER_ID = '000175000001'
const HIS_ID = '000075000002'
const CARD = 'GD4240000000001'
const OTHER_LEVEL = 'HT2240000000001'

const base: SourcePerson = { facility: '24997', mrn: 'BN-1', name: 'Nguyễn Thị Hòa', birthDate: '1975-03-09', sex: '2', cards: [] }
const a = (more: Partial<SourcePerson> = {}): SourcePerson => ({ ...base, ...more })
const b = (more: Partial<SourcePerson> = {}): SourcePerson => ({ ...base, facility: '01929', mrn: 'X-9', ...more })
const id = { citizenId: HER_ID }
const card = { cards: [CARD] }

const TABLE: [string, SourcePerson, SourcePerson, RuleResult['rule'], RuleResult['verdict']][] = [
  ['D1 all agrees', a(id), b(id), 'D1', 'certain'],
  ['D1 without tone marks', a(id), b({ ...id, name: 'NGUYEN THI HOA' }), 'D1', 'certain'],
  ['D1 tone on the other vowel', a(id), b({ ...id, name: 'Nguyễn Thị Hoà' }), 'D1', 'certain'],
  ['D1 year only on one side', a(id), b({ ...id, birthDate: '1975' }), 'D1', 'certain'],
  ['D1 sex unknown on one side', a(id), b({ ...id, sex: '3' }), 'D1', 'certain'],
  ['D2 other name', a(id), b({ ...id, name: 'Trần Văn Cường' }), 'D2', 'review'],
  ['D2 a twin with the number of the other', a(id), b({ ...id, name: 'Nguyễn Thị Hoa' }), 'D2', 'review'],
  ['D2 a twin, one letter', a({ ...id, name: 'Nguyễn Thị Lan' }), b({ ...id, name: 'NGUYEN THI LOAN' }), 'D2', 'review'],
  ['D1 a middle name left out', a(id), b({ ...id, name: 'Nguyễn Hòa' }), 'D1', 'certain'],
  ['D2 other year', a(id), b({ ...id, birthDate: '1957-03-09' }), 'D2', 'review'],
  ['D2 opposite sex', a(id), b({ ...id, sex: '1' }), 'D2', 'review'],
  ['D2 birth year unknown', a({ ...id, birthDate: '' }), b({ ...id, birthDate: '' }), 'D2', 'review'],
  ['D2 name unknown', a({ ...id, name: '' }), b({ ...id, name: '' }), 'D2', 'review'],
  ['D2 the number does not fit the person', a({ citizenId: HIS_ID }), b({ citizenId: HIS_ID }), 'D2', 'review'],
  ['D2 a number that is none', a({ citizenId: '12345' }), b({ citizenId: '12345' }), 'D2', 'review'],
  ['D3 same card, no citizen id', a(card), b(card), 'D3', 'certain'],
  ['D3 same card, one citizen id', a({ ...card, ...id }), b(card), 'D3', 'certain'],
  ['D3 the same insured number on another card', a(card), b({ cards: [OTHER_LEVEL] }), 'D3', 'certain'],
  ['D3 two citizen ids, one unusable', a({ ...card, ...id }), b({ ...card, citizenId: HIS_ID }), 'D3', 'review'],
  ['a borrowed card: other name', a(card), b({ ...card, name: 'Nguyễn Thị Hoa' }), '-', 'unknown'],
  ['a borrowed card: other day', a(card), b({ ...card, birthDate: '1975-09-03' }), '-', 'unknown'],
  ['a card with a year only', a({ ...card, birthDate: '1975' }), b({ ...card, birthDate: '1975' }), '-', 'unknown'],
  ['a card without a name', a({ ...card, name: '' }), b({ ...card, name: '' }), '-', 'unknown'],
  ['a card with another sex', a(card), b({ ...card, sex: '1' }), '-', 'unknown'],
  ['D4 same facility, same number', a(id), a({ name: 'Người khác', citizenId: HIS_ID }), 'D4', 'certain'],
  ['the same number at another facility is nothing', a(), b({ mrn: 'BN-1' }), '-', 'unknown'],
  ['D5 two valid ids', a(id), b({ citizenId: '000175000009' }), 'D5', 'no-match'],
  ['D5 whatever else agrees', a({ ...id, ...card }), b({ citizenId: '000175000009', ...card }), 'D5', 'no-match'],
  ['nothing in common but the name', a(), b(), '-', 'unknown'],
]

for (const [what, one, two, rule, verdict] of TABLE) {
  test(what, () => {
    for (const found of [judge(one, two, true), judge(two, one, true)]) assert.deepEqual([found.rule, found.verdict], [rule, verdict])
    const found = judge(one, two, true)
    if (verdict !== 'unknown') assert.ok(found.why.length > 0, 'every decision says why')
  })
}

test('a production site links nobody by a demonstration number', () => {
  assert.deepEqual([judge(a(id), b(id), false).rule, judge(a(id), b(id), false).verdict], ['D2', 'review'])
})

test('symmetric, and never certain against two different valid numbers', () => {
  const who = fc.record({
    facility: fc.constantFrom('24997', '01929'),
    mrn: fc.constantFrom('1', '2'),
    name: fc.constantFrom('Nguyễn Thị Hòa', 'NGUYEN THI HOA', 'Trần Văn Cường', ''),
    birthDate: fc.constantFrom('1975-03-09', '1975', '1957-03-09', ''),
    sex: fc.constantFrom<SourcePerson['sex']>('1', '2', '3'),
    citizenId: fc.constantFrom(undefined, HER_ID, HIS_ID, '000175000009', 'x'),
    cards: fc.constantFrom<string[]>([], [CARD], [OTHER_LEVEL], ['x']),
  })
  fc.assert(
    fc.property(who, who, fc.boolean(), (one, two, demo) => {
      const [left, right] = [judge(one as SourcePerson, two as SourcePerson, demo), judge(two as SourcePerson, one as SourcePerson, demo)]
      assert.deepEqual(left, right)
      if (left.verdict === 'certain' && left.rule !== 'D4') {
        assert.ok(one.birthDate.slice(0, 4) === two.birthDate.slice(0, 4) && one.birthDate !== '', 'nobody is linked without a birth year')
        assert.ok(one.name && two.name, 'nor without a name')
      }
    }),
    { numRuns: 5_000 },
  )
})
