import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  addWorkingDays,
  claimBirthTime,
  claimBirthToFhir,
  claimDateToFhir,
  claimTimeToFhir,
  fhirToClaimDate,
  fhirToClaimTime,
  HOLIDAYS,
  isWorkingDay,
  printDate,
  referralValidity,
} from '../index.ts'

test('claim times are Vietnamese time whatever the machine thinks', () => {
  assert.equal(claimTimeToFhir('202608051000'), '2026-08-05T10:00:00+07:00')
  assert.equal(claimDateToFhir('20260805'), '2026-08-05')
  for (const text of ['202602291000', '202608052400', '202608051060', '2026080510', '20261305'])
    assert.equal(claimTimeToFhir(text), undefined, text)
  assert.equal(claimTimeToFhir('202402291000'), '2024-02-29T10:00:00+07:00')
})

test('unknown parts of a birth date give a partial date, never the first of January', () => {
  assert.equal(claimBirthToFhir('195800000000'), '1958')
  assert.equal(claimBirthToFhir('195804000000'), '1958-04')
  assert.equal(claimBirthToFhir('199004120000'), '1990-04-12')
  assert.equal(claimBirthToFhir('19900412'), '1990-04-12')
  assert.equal(claimBirthToFhir('1990'), undefined)
  assert.equal(claimBirthTime('202608050812'), '2026-08-05T08:12:00+07:00')
  assert.equal(claimBirthTime('202608050000'), undefined)
})

test('claim → FHIR → claim is the same minute', () => {
  const range = { min: new Date('1900-01-01T00:00:00Z'), max: new Date('2099-12-31T00:00:00Z'), noInvalidDate: true }
  fc.assert(
    fc.property(fc.date(range), (date) => {
      const text = date.toISOString().replaceAll(/[-T:]/g, '').slice(0, 12)
      assert.equal(fhirToClaimTime(claimTimeToFhir(text) ?? ''), text)
      assert.equal(fhirToClaimDate(claimDateToFhir(text.slice(0, 8)) ?? ''), text.slice(0, 8))
    }),
  )
  assert.equal(fhirToClaimTime('1958'), '195800000000')
  assert.throws(() => fhirToClaimTime('2026-08-05T10:00:00Z'))
  assert.equal(printDate('2026-08-05T10:00:00+07:00'), '10:00 05/08/2026')
  assert.equal(printDate('1958'), '1958')
})

test('a slip holds ten working days after signing, over week-ends and holidays', () => {
  assert.deepEqual(referralValidity({ signedOn: '2026-08-05T10:00:00+07:00' }), {
    from: '2026-08-05',
    until: '2026-08-19',
    basis: 'ten-working-days',
  })
  // 1 and 2 September are holidays.
  assert.equal(referralValidity({ signedOn: '2026-08-28' }).until, '2026-09-15')
  assert.equal(referralValidity({ signedOn: '2026-08-28', holidays: [] }).until, '2026-09-11')
  assert.equal(referralValidity({ signedOn: '2026-08-05', countSigningDay: true }).until, '2026-08-18')
  assert.equal(referralValidity({ signedOn: '2026-08-05', oneYear: true }).until, '2027-08-05')
})

test('working days skip every listed holiday and week-end', () => {
  for (const day of HOLIDAYS) assert.ok(!isWorkingDay(day), day)
  assert.equal(addWorkingDays('2026-02-13', 1), '2026-02-23')
})
