import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkRecord, claimTable, type Row, readClaim, refuses, toLegacyText } from '@yba/vietnam'
import { claimFile, stay } from './index.ts'

const KINDS = ['inpatient-transfer', 'inpatient', 'outpatient'] as const

test('every invented stay, written by a system of old, is read as the stay it is', () => {
  for (let seed = 1; seed <= 24; seed++) {
    const made = stay(seed, { kind: KINDS[seed % 3] ?? 'inpatient' })
    const encoding = seed % 2 ? 'tcvn3' : 'vni'
    const old = structuredClone(made)
    for (const [table, rows] of Object.entries(old.tables)) {
      for (const row of rows as Row[])
        for (const [field, text] of Object.entries(row))
          if (claimTable(table)?.columns.get(field)?.type === 'text') row[field] = toLegacyText(text, encoding)
    }
    const record = readClaim(claimFile([old])).records[0]
    assert.ok(record)
    assert.deepEqual(
      checkRecord(record)
        .filter(refuses)
        .map((f) => `${f.definition.code} ${f.path}`),
      [],
      `${seed} ${encoding}`,
    )
    for (const [table, rows] of Object.entries(made.tables))
      for (const [at, row] of (rows as Row[]).entries())
        for (const [field, text] of Object.entries(row))
          assert.equal(record.tables[table]?.[at]?.[field]?.toLowerCase(), text.toLowerCase(), `${seed} ${encoding} ${table}.${field}`)
  }
})
