import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bundle, CLINICAL, coding, condition, div, encounter, observation, patient, task, UCUM, VERIFIED } from './cases.ts'
import { validate } from './index.ts'

/** Rule, resource, path. */
const BROKEN: [string, object, string][] = [
  ['ref-1', encounter({ subject: { reference: '#p' } }), 'Encounter.subject.reference'],
  [
    'dom-2',
    observation({
      contained: [{ resourceType: 'Group', id: 'g', type: 'person', actual: true, contained: [{ resourceType: 'Device', id: 'd' }] }],
      subject: { reference: '#g' },
    }),
    'Observation.contained[0]',
  ],
  ['dom-3', observation({ contained: [{ resourceType: 'Patient', id: 'p' }] }), 'Observation'],
  [
    'dom-4',
    observation({ contained: [{ resourceType: 'Patient', id: 'p', meta: { versionId: '1' } }], subject: { reference: '#p' } }),
    'Observation.contained[0]',
  ],
  [
    'dom-5',
    observation({ contained: [{ resourceType: 'Patient', id: 'p', meta: { security: [{ code: 'R' }] } }], subject: { reference: '#p' } }),
    'Observation.contained[0]',
  ],
  ['ext-1', patient({ extension: [{ url: 'https://example.org/x' }] }), 'Patient.extension[0]'],
  ['per-1', encounter({ period: { start: '2026-02-01', end: '2026-01-01' } }), 'Encounter.period'],
  ['att-1', patient({ photo: [{ data: 'TmjDoA==' }] }), 'Patient.photo[0]'],
  ['cpt-2', patient({ telecom: [{ value: '0912345678' }] }), 'Patient.telecom[0]'],
  ['qty-3', observation({ valueQuantity: { value: 1, code: 'mg' } }), 'Observation.valueQuantity'],
  ['rng-2', observation({ valueRange: { low: { value: 2 }, high: { value: 1 } } }), 'Observation.valueRange'],
  ['rat-1', observation({ valueRatio: { numerator: { value: 2 } } }), 'Observation.valueRatio'],
  ['age-1', condition({ onsetAge: { value: 0, system: UCUM, code: 'a' } }), 'Condition.onsetAge'],
  ['drt-1', encounter({ length: { value: 3, system: 'https://example.org', code: 'd' } }), 'Encounter.length'],
  ['txt-1', patient({ text: div('<script>alert(1)</script>x') }), 'Patient.text'],
  ['txt-1', patient({ text: div('<p onclick="x()">x</p>') }), 'Patient.text'],
  ['txt-1', patient({ text: div('<p title=">" onclick="x()">x</p>') }), 'Patient.text'],
  ['txt-1', patient({ text: div('<a href="JavaScript:x()">x</a>') }), 'Patient.text'],
  ['txt-1', patient({ text: div('<svg/onload=x()>x') }), 'Patient.text'],
  ['txt-1', patient({ text: div('<p title="x>y</p>') }), 'Patient.text'],
  ['txt-2', patient({ text: div(' ') }), 'Patient.text'],
  ['obs-3', observation({ referenceRange: [{ type: { text: 'x' } }] }), 'Observation.referenceRange[0]'],
  ['obs-6', observation({ valueString: 'x', dataAbsentReason: { text: 'x' } }), 'Observation'],
  [
    'obs-7',
    observation({ code: coding('http://loinc.org', '1-8'), valueString: 'x', component: [{ code: coding('http://loinc.org', '1-8') }] }),
    'Observation',
  ],
  ['con-4', condition({ clinicalStatus: coding(CLINICAL, 'active'), abatementString: 'x' }), 'Condition'],
  [
    'con-5',
    condition({ clinicalStatus: coding(CLINICAL, 'active'), verificationStatus: coding(VERIFIED, 'entered-in-error') }),
    'Condition',
  ],
  ['ait-1', { resourceType: 'AllergyIntolerance', patient: { reference: 'Patient/1' } }, 'AllergyIntolerance'],
  ['pat-1', patient({ contact: [{ gender: 'male' }] }), 'Patient.contact[0]'],
  ['org-1', { resourceType: 'Organization', active: true }, 'Organization'],
  ['org-2', { resourceType: 'Organization', name: 'x', address: [{ use: 'home', text: 'x' }] }, 'Organization'],
  ['bdl-1', bundle('collection', { total: 1 }), 'Bundle'],
  ['bdl-3', bundle('transaction', { entry: [{ resource: patient({ active: true }) }] }), 'Bundle'],
  ['bdl-5', bundle('collection', { entry: [{ fullUrl: 'https://example.org/x' }] }), 'Bundle.entry[0]'],
  ['bdl-7', bundle('collection', { entry: ['1', '2'].map((id) => ({ fullUrl: 'urn:oid:1.2', resource: patient({ id }) })) }), 'Bundle'],
  [
    'bdl-8',
    bundle('collection', { entry: [{ fullUrl: 'https://a.org/Patient/1/_history/1', resource: patient({ id: '1' }) }] }),
    'Bundle.entry[0]',
  ],
  ['bdl-9', bundle('document', { timestamp: '2026-11-22T08:00:00Z' }), 'Bundle'],
  ['bdl-11', bundle('document', { entry: [{ resource: patient({ active: true }) }] }), 'Bundle'],
  [
    'cmp-1',
    {
      resourceType: 'Composition',
      status: 'final',
      type: { text: 'x' },
      date: '2026',
      author: [{ display: 'x' }],
      title: 'x',
      section: [{ title: 'x' }],
    },
    'Composition.section[0]',
  ],
  [
    'tim-1',
    {
      resourceType: 'ServiceRequest',
      status: 'active',
      intent: 'order',
      subject: { reference: 'Patient/1' },
      occurrenceTiming: { repeat: { duration: 1 } },
    },
    'ServiceRequest.occurrenceTiming.repeat',
  ],
  [
    'app-3',
    { resourceType: 'Appointment', status: 'booked', participant: [{ actor: { display: 'x' }, status: 'accepted' }] },
    'Appointment',
  ],
  [
    'que-2',
    {
      resourceType: 'Questionnaire',
      status: 'draft',
      item: [
        { linkId: '1', type: 'string' },
        { linkId: '1', type: 'string' },
      ],
    },
    'Questionnaire',
  ],
  ['inv-1', task({ authoredOn: '2026-02-01', lastModified: '2026-01-01' }), 'Task'],
  ['inv-1', { resourceType: 'Parameters', parameter: [{ name: 'a' }] }, 'Parameters.parameter[0]'],
]

for (const [key, resource, path] of BROKEN) {
  test(`names the broken rule ${key} at ${path}`, () => {
    const found = validate(resource)
    assert.ok(
      found.some((f) => f.definition.code === 'fhir-invariant' && f.values.key === key && f.path === path),
      JSON.stringify(found.map((f) => [f.definition.code, f.values.key, f.path])),
    )
  })
}
