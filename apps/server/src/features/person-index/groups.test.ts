/** One person or several, whatever order the records and the words of people come in. All persons are invented. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Decided, groupsOf, type Member } from './groups.ts'
import { judge } from './rules.ts'

const HER = '000175000001'
const SISTER = '000175000002'
const CARD = 'GD4240000000001'

const member = (id: string, more: Partial<Member['person']> = {}): Member => ({
  id,
  person: { facility: id, mrn: id, name: 'Nguyễn Thị Hòa', birthDate: '1975-03-09', sex: '2', cards: [], ...more },
})
const numbered = member('a', { citizenId: HER })
const borrowed = member('b', { citizenId: HER, name: 'Trần Thị Lụa' })
const carded = member('c', { cards: [CARD] })
const both = member('d', { citizenId: HER, cards: [CARD] })
const sister = member('e', { citizenId: SISTER, cards: [CARD] })

const told = (one: Member, other: Member, same: boolean): Decided => ({ one: one.id, other: other.id, same })
const groups = (members: Member[], decided: Decided[] = []): string[] => groupsOf(members, decided, true).groups.map((ids) => ids.join(''))

test('a person says the same: two that no rule joins are one', () => {
  assert.deepEqual(groups([numbered, borrowed]), ['a', 'b'])
  assert.deepEqual(groups([numbered, borrowed], [told(numbered, borrowed, true)]), ['ab'])
})

test('a person says two: what a rule would join stays apart, and who fits both sides is with one of them', () => {
  assert.deepEqual(groups([numbered, both], [told(numbered, both, false)]), ['a', 'd'])
  const parted = groupsOf([numbered, carded, both], [told(numbered, carded, false)], true)
  assert.deepEqual(parted.groups, [['a', 'd'], ['c']])
  assert.deepEqual(
    parted.refused.map((edge) => `${edge.one}${edge.other} ${edge.rule}`),
    ['cd D3'],
    'somebody is asked about the bridge',
  )
})

test('nobody’s word makes one person of two valid numbers', () => {
  assert.deepEqual(groups([numbered, sister], [told(numbered, sister, true)]), ['a', 'e'])
  assert.deepEqual(groups([numbered, carded, sister], [told(numbered, carded, true), told(carded, sister, true)]), ['ac', 'e'])
})

test('every record is in one group; no group holds two who are told apart; what was told the same first stays', () => {
  const people = [numbered, borrowed, carded, both, sister]
  const words = fc.uniqueArray(
    fc.record({ one: fc.nat(4), other: fc.nat(4), same: fc.boolean() }).filter((w) => w.one < w.other),
    { selector: (w) => `${w.one}${w.other}`, maxLength: 5 },
  )
  fc.assert(
    fc.property(words, (list) => {
      const decided = list.map((w) => told(people[w.one] as Member, people[w.other] as Member, w.same))
      const found = groupsOf(people, decided, true).groups
      assert.deepEqual(found.flat().toSorted(), ['a', 'b', 'c', 'd', 'e'])
      for (const ids of found) {
        const inside = people.filter((m) => ids.includes(m.id))
        for (const a of inside)
          for (const b of inside) {
            if (a === b) continue
            assert.notEqual(judge(a.person, b.person, true).verdict, 'no-match')
            assert.ok(!decided.some((w) => !w.same && w.one === a.id && w.other === b.id))
          }
      }
    }),
  )
})
