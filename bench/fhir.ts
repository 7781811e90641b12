/**
 * What the FHIR package costs per resource, in CPU microseconds. Prints JSON lines.
 * Run: `node bench/fhir.ts`. The resources are invented and of the size a hospital writes.
 */
import {
  knownProfiles,
  parseFhirJson,
  patientOf,
  rewriteLinks,
  sameContent,
  searchEntries,
  sortDate,
  spliceResource,
  validate,
} from '../packages/fhir/src/index.ts'
import { useOurProfiles } from '../packages/vietnam/src/index.ts'

const system = 'https://w3id.org/yba/CodeSystem/bench'
const code = (value: string, text: string) => ({ coding: [{ system, code: value, display: text }], text })
const subject = { reference: 'Patient/01890a5d-ac96-774b-bcce-b302099a8057' }
const encounter = { reference: 'Encounter/01890a5d-ac96-774b-bcce-b302099a8058' }
const meta = { profile: ['https://w3id.org/yba/StructureDefinition/bench'] }

const RESOURCES = [
  {
    resourceType: 'Patient',
    id: '01890a5d-ac96-774b-bcce-b302099a8057',
    meta,
    identifier: [
      { system: 'http://fhir.hl7.org.vn/core/sid/cccd', value: '000190001234' },
      { system: 'http://fhir.hl7.org.vn/core/sid/bhyt', value: 'DN4010000000001' },
    ],
    active: true,
    name: [{ use: 'official', text: 'Nguyễn Thị Mẫu', family: 'Nguyễn', given: ['Thị', 'Mẫu'] }],
    telecom: [{ system: 'phone', value: '0900000001', use: 'mobile' }],
    gender: 'female',
    birthDate: '1990-02-28',
    address: [
      { use: 'home', text: 'Thôn Mẫu, xã Mẫu, tỉnh Bắc Giang', line: ['Thôn Mẫu'], city: 'Xã Mẫu', state: 'Bắc Giang', country: 'VN' },
    ],
  },
  {
    resourceType: 'Encounter',
    id: '01890a5d-ac96-774b-bcce-b302099a8058',
    meta,
    identifier: [{ system: 'https://w3id.org/yba/sid/ma-lk/24997', value: 'LK000001' }],
    status: 'finished',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
    subject,
    participant: [{ individual: { reference: 'Practitioner/01890a5d-ac96-774b-bcce-b302099a8059' } }],
    period: { start: '2026-11-20T08:00:00+07:00', end: '2026-11-22T10:00:00+07:00' },
    reasonCode: [code('R07', 'Đau ngực')],
    serviceProvider: { reference: 'Organization/01890a5d-ac96-774b-bcce-b302099a8060' },
  },
  {
    resourceType: 'Observation',
    meta,
    status: 'final',
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] }],
    code: code('GLU', 'Glucose máu'),
    subject,
    encounter,
    effectiveDateTime: '2026-11-20T09:00:00+07:00',
    issued: '2026-11-20T09:30:00.000+07:00',
    valueQuantity: { value: 5.4, unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' },
    referenceRange: [{ low: { value: 3.9, unit: 'mmol/L' }, high: { value: 6.4, unit: 'mmol/L' } }],
  },
  {
    resourceType: 'Condition',
    meta,
    clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] },
    code: code('I20', 'Cơn đau thắt ngực'),
    subject,
    encounter,
    recordedDate: '2026-11-20',
  },
  {
    resourceType: 'MedicationRequest',
    meta,
    status: 'active',
    intent: 'order',
    medicationCodeableConcept: code('40.1', 'Paracetamol 500 mg'),
    subject,
    encounter,
    authoredOn: '2026-11-20T10:00:00+07:00',
    requester: { reference: 'Practitioner/01890a5d-ac96-774b-bcce-b302099a8059' },
    dosageInstruction: [{ text: 'Ngày uống 2 lần, mỗi lần 1 viên', timing: { repeat: { frequency: 2, period: 1, periodUnit: 'd' } } }],
  },
]

const texts = RESOURCES.map((r) => JSON.stringify(r))
const bodies = texts.map((t) => new TextEncoder().encode(t))
const server = { id: 'x', versionId: '2', lastUpdated: '2026-11-22T08:00:00.000+07:00' }
const stored = texts.map((t) => spliceResource(t, server))

function report(measure: string, value: number, unit: string): void {
  process.stdout.write(`${JSON.stringify({ measure, value: Number(value.toFixed(2)), unit })}\n`)
}

/** CPU microseconds of one call, the best of five rounds after warming up. */
function cost(measure: string, run: (i: number) => unknown, rounds = 4000): void {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < 6; round++) {
    const before = process.cpuUsage()
    for (let n = 0; n < rounds; n++) for (let i = 0; i < RESOURCES.length; i++) run(i)
    const used = process.cpuUsage(before)
    if (round > 0) best = Math.min(best, (used.user + used.system) / (rounds * RESOURCES.length))
  }
  report(measure, best, 'µs')
}

useOurProfiles()
const profiles = RESOURCES.map((r) =>
  knownProfiles()
    .flatMap((one) => (one.type === r.resourceType ? [one.url] : []))
    .slice(0, 1),
)

const started = performance.now()
for (const r of RESOURCES) {
  const found = validate(r)
  if (found.length > 0) throw new Error(`the bench resource is not valid: ${JSON.stringify(found)}`)
  searchEntries(r)
}
report('fhir.first-use-of-five-types', performance.now() - started, 'ms')
report('fhir.bytes-per-resource', texts.reduce((sum, t) => sum + t.length, 0) / texts.length, 'B')
cost('fhir.json-parse-alone', (i) => JSON.parse(texts[i] ?? ''))
cost('fhir.parse', (i) => parseFhirJson(bodies[i] ?? new Uint8Array()))
cost('fhir.validate', (i) => validate(RESOURCES[i]))
cost('fhir.validate-with-profile', (i) => validate(RESOURCES[i], { profiles: profiles[i] ?? [] }))
cost('fhir.search-entries', (i) => searchEntries(RESOURCES[i] ?? {}))
cost('fhir.patient-and-date', (i) => [patientOf(RESOURCES[i] ?? {}), sortDate(RESOURCES[i] ?? {})])
cost('fhir.splice', (i) => spliceResource(texts[i] ?? '', server))
cost('fhir.rewrite-references', (i) => rewriteLinks(texts[i] ?? '', () => 'Patient/1'))
cost('fhir.same-content', (i) => sameContent(texts[i] ?? '', stored[i] ?? ''))
