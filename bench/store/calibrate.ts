/** What the machine does in a CPU millisecond: a ratio to it means the same on another machine, a second does not. */
const TEXT = JSON.stringify({
  resourceType: 'Observation',
  status: 'final',
  category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] }],
  code: { coding: [{ system: 'http://loinc.org', code: '2339-0', display: 'Glucose' }], text: 'Glucose' },
  subject: { reference: 'Patient/0ef7a3b5-53ee-e765-10e2-c63a904ad0fd' },
  effectiveDateTime: '2026-11-01T08:00:00+07:00',
  valueQuantity: { value: 5.4, unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' },
})
const ROUNDS = 200_000

/** Parses of one fixed Observation per CPU millisecond. */
export function calibrate(): number {
  for (let i = 0; i < ROUNDS / 10; i++) JSON.parse(TEXT)
  const before = process.cpuUsage()
  for (let i = 0; i < ROUNDS; i++) JSON.parse(TEXT)
  const { user, system } = process.cpuUsage(before)
  return ROUNDS / ((user + system) / 1000)
}
