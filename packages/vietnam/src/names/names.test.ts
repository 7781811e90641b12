import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { foldName, nameKeyA, nameKeyB, nameSimilarity, nameSortKey, nameTokens } from '../index.ts'

test('folding takes marks, đ, case and spaces away, composed or decomposed', () => {
  assert.equal(foldName('  NGUYỄN  Thị Đào '), 'nguyen thi dao')
  assert.equal(foldName('Nguyễn Thị Đào'.normalize('NFD')), 'nguyen thi dao')
  assert.equal(foldName("K'Brơi Y-Bham"), 'k broi y bham')
})

test('key A unifies the place of the tone and nothing else', () => {
  assert.equal(nameKeyA('Hoà'), nameKeyA('HÒA'))
  assert.equal(nameKeyA('Thuỷ'), nameKeyA('Thủy'))
  assert.notEqual(nameKeyA('Hoà'), nameKeyA('Hoa'))
  assert.notEqual(nameKeyA('Đào'), nameKeyA('Dào'))
})

test('similarity is 1 for the same letters, high for one slip, low for strangers, and symmetric', () => {
  assert.equal(nameSimilarity('Nguyễn Văn Hùng', 'NGUYEN VAN HUNG'), 1)
  assert.ok(nameSimilarity('Nguyễn Văn Hùng', 'Nguyễn Văn Hưnng') > 0.93)
  assert.ok(nameSimilarity('Nguyễn Văn Hùng', 'Trần Thị Lan') < 0.7)
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      const s = nameSimilarity(a, b)
      assert.ok(s >= 0 && s <= 1)
      assert.equal(s, nameSimilarity(b, a))
      assert.equal(nameSimilarity(a, a), 1)
    }),
  )
})

test('words in another order have the same sorted tokens', () => {
  assert.deepEqual(nameTokens('Hùng Nguyễn Văn'), nameTokens('Nguyễn Văn Hùng'))
  assert.equal(nameKeyB('Đỗ'), 'do')
})

test('Vietnamese order: given name first, a ă â, d before đ, tones ngang huyền hỏi ngã sắc nặng', () => {
  const sorted = (names: string[]): string[] => names.toSorted((a, b) => (nameSortKey(a) < nameSortKey(b) ? -1 : 1))
  assert.deepEqual(sorted(['Trần Văn Ân', 'Lê Ăn', 'Phạm An']), ['Phạm An', 'Lê Ăn', 'Trần Văn Ân'])
  assert.deepEqual(sorted(['Đan', 'Dung', 'Dan']), ['Dan', 'Dung', 'Đan'])
  assert.deepEqual(sorted(['Họa', 'Hóa', 'Hõa', 'Hỏa', 'Hòa', 'Hoa']), ['Hoa', 'Hòa', 'Hỏa', 'Hõa', 'Hóa', 'Họa'])
  assert.deepEqual(sorted(['Vũ Thị Lan', 'Bùi Thị Lan']), ['Bùi Thị Lan', 'Vũ Thị Lan'])
})
