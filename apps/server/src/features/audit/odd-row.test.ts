import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { oddRow } from './odd-row.ts'

const marks = (rows: readonly string[]): Buffer => Buffer.concat(rows.map((r) => createHash('sha256').update(r).digest().subarray(0, 2)))
const rows = Array.from({ length: 300 }, (_, i) => `dòng ${i}`)
const held = marks(rows.slice(0, 200))

test('the row that was changed, taken out or put in is named by its place', () => {
  assert.equal(oddRow(held, marks(rows)), undefined)
  assert.deepEqual(oddRow(held, marks(rows.with(77, 'khác'))), { what: 'changed', at: 77, rows: 1 })
  assert.deepEqual(oddRow(held, marks(rows.toSpliced(77, 1))), { what: 'removed', at: 77, rows: 1 })
  assert.deepEqual(oddRow(held, marks(rows.toSpliced(0, 3))), { what: 'removed', at: 0, rows: 3 })
  assert.deepEqual(oddRow(held, marks(rows.toSpliced(120, 0, 'mới', 'nữa'))), { what: 'added', at: 120, rows: 2 })
  assert.equal(oddRow(held, Buffer.alloc(0))?.at, 0)
})
