import assert from 'node:assert/strict'
import { test } from 'node:test'
import { facilitySystem, SYSTEM } from '@yba/fhir'
import { emittedSystem, IDENTIFIER_SYSTEMS } from './table.ts'

const { icd10: _icd10, loinc: _loinc, ucum: _ucum, ...identifiers } = SYSTEM

test('every identifier system that we write stands in the table once', () => {
  const written = [...Object.values(identifiers), ...Object.values(facilitySystem).map((system) => system(''))]
  const emitted = IDENTIFIER_SYSTEMS.map((row) => row.emit)
  for (const system of written) assert.ok(emitted.includes(system), system)
  assert.equal(new Set(emitted).size, emitted.length)
  assert.equal(new Set(IDENTIFIER_SYSTEMS.map((row) => row.key)).size, emitted.length)
})

test('what others write leads to one system, and never to another alias', () => {
  const aliases = IDENTIFIER_SYSTEMS.flatMap((row) => row.accept)
  assert.equal(new Set(aliases).size, aliases.length)
  for (const alias of aliases) assert.ok(IDENTIFIER_SYSTEMS.some((row) => row.emit === emittedSystem(alias) && row.emit !== alias))
  assert.equal(emittedSystem('http://fhir.ehealth.gov.vn/core/sid/national_id'), SYSTEM.cccd)
  assert.equal(emittedSystem('https://example.org/sid/own'), 'https://example.org/sid/own')
})

test('the forms of numbers take what the law writes and nothing near it', () => {
  const cases: Record<string, [string[], string[]]> = {
    cccd: [['000190000017'], ['00019000001', '0001900000170', '00019000001x']],
    cmnd: [['000111222'], ['00011122']],
    passport: [['C1234567'], ['c1234567', 'C 123456']],
    bhyt: [
      ['GD4240000000017', '0000000017', '000190000017'],
      ['GD9240000000017', '000000001'],
    ],
    facility: [
      ['24001', '24A0B'],
      ['2400', 'A4001', '24a01'],
    ],
    prescription: [['24001abcdef1-N'], ['24001abcdef1-X', '24001ABCDEF1-N']],
  }
  const formed = IDENTIFIER_SYSTEMS.filter((row) => row.form)
  assert.deepEqual(formed.map((row) => row.key).sort(), Object.keys(cases).sort())
  for (const { key, form } of formed) {
    const pattern = new RegExp(form?.pattern ?? '', 'u')
    for (const good of cases[key]?.[0] ?? []) assert.ok(pattern.test(good), `${key} ${good}`)
    for (const bad of cases[key]?.[1] ?? []) assert.ok(!pattern.test(bad), `${key} ${bad}`)
  }
})
