import assert from 'node:assert/strict'
import { test } from 'node:test'
import { foldName, fromTelex } from '../index.ts'

test('a syllable typed in Telex with the input method off is read as it was meant', () => {
  const cases: [string, string][] = [
    ['nguyeenx', 'nguyen'],
    ['Nguyeexn', 'nguyen'],
    ['nguyenex', 'nguyen'],
    ['thij', 'thi'],
    ['DDawngj', 'dang'],
    ['ddwcs', 'duc'],
    ['DDuwcs', 'duc'],
    ['hoaf', 'hoa'],
    ['hofa', 'hoa'],
    ['thuyr', 'thuy'],
    ['leej', 'le'],
    ['traanf', 'tran'],
    ['phuwowng', 'phuong'],
    ['phuowng', 'phuong'],
    ['huowngf', 'huong'],
    ['Dduong', 'duong'],
    ['quoocs', 'quoc'],
    ['huees', 'hue'],
  ]
  for (const [typed, meant] of cases) assert.equal(foldName(fromTelex(typed) ?? ''), meant, typed)
})

test('a name without marks, one with marks and what no syllable comes of are left alone', () => {
  for (const word of ['lan', 'nguyen', 'minh', 'Lân', 'xyz', 'a', 'hung', 'thanh', 'bn000001', 'jrai'])
    assert.equal(fromTelex(word), undefined, word)
})
