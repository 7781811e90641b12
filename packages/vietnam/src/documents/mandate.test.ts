import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Mandate, mandateBasis, readMandate, signingLines } from './mandate.ts'

const mandate: Mandate = {
  form: 'TUQ',
  head: 'Giám đốc',
  title: 'Trưởng phòng Kế hoạch tổng hợp',
  decision: '12/QĐ-BV',
  decidedOn: '2026-01-02',
  from: '2026-01-05T00:00:00+07:00',
  until: '2027-01-01T00:00:00+07:00',
}

test('the line above a signature says in whose place and by which post', () => {
  assert.deepEqual(signingLines(mandate), ['TUQ. GIÁM ĐỐC', 'TRƯỞNG PHÒNG KẾ HOẠCH TỔNG HỢP'])
  assert.deepEqual(signingLines({ ...mandate, form: 'KT', title: 'Phó Giám đốc' }), ['KT. GIÁM ĐỐC', 'PHÓ GIÁM ĐỐC'])
  assert.deepEqual(signingLines({ ...mandate, form: 'head', title: 'Giám đốc' }), ['GIÁM ĐỐC'])
})

test('the basis names the decision and the last day it holds; a night is said with its hours', () => {
  assert.equal(mandateBasis(mandate), 'QĐ số 12/QĐ-BV ngày 02/01/2026, hiệu lực 05/01/2026 – 31/12/2026')
  const { until: _until, ...open } = mandate
  assert.equal(mandateBasis(open), 'QĐ số 12/QĐ-BV ngày 02/01/2026, hiệu lực 05/01/2026 đến khi thu hồi')
  const night = { ...mandate, from: '2026-01-05T10:00:00Z', until: '2026-01-06T00:00:00Z' }
  assert.match(mandateBasis(night), /hiệu lực 17:00 05\/01\/2026 – 07:00 06\/01\/2026$/)
})

test('what is no mandate is not shown as one', () => {
  assert.deepEqual(readMandate(JSON.parse(JSON.stringify(mandate))), mandate)
  for (const bad of [
    null,
    'x',
    7,
    [],
    {},
    { ...mandate, form: 'TM' },
    { ...mandate, from: 'hôm nay' },
    { ...mandate, head: 'x'.repeat(999) },
  ])
    assert.equal(readMandate(bad), undefined)
})
