import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { extensionUrl, type Finding, useProfiles, validate } from '@yba/fhir'
import { claimToFhir, ourProfiles, readClaim } from '../src/index.ts'
import { PROFILE_EXAMPLES } from './profile-examples.ts'

const tables = ourProfiles()
useProfiles(tables)

const told = (findings: Finding[]): string[] => findings.map((f) => `${f.path} ${f.definition.code} ${f.values.key ?? ''}`)
const against = (resource: unknown, ...ids: string[]): Finding[] => validate(resource, { profiles: ids.map(extensionUrl) })

test('for each profile one resource fits it, and changed in one place it does not: the place is named', () => {
  assert.deepEqual(Object.keys(PROFILE_EXAMPLES).sort(), tables.profiles.map((one) => one.url.split('/').at(-1)).sort())
  for (const [id, { resource, broken, path }] of Object.entries(PROFILE_EXAMPLES)) {
    assert.deepEqual(told(against(resource, id)), [], id)
    const changed = JSON.parse(JSON.stringify({ ...resource, ...broken })) as unknown
    assert.deepEqual(told(validate(changed)), [], `${id}: broken by the profile only`)
    const findings = against(changed, id)
    assert.ok(findings.length > 0 && findings.every((f) => f.path?.startsWith(path)), `${id}: ${told(findings).join(', ') || 'fits'}`)
  }
})

/** What the lines of a claim become. */
const OF_CLAIM: Record<string, string> = {
  Patient: 'yba-patient',
  Coverage: 'yba-coverage',
  Encounter: 'yba-encounter',
  Condition: 'yba-condition',
  MedicationRequest: 'yba-medication-request',
  DiagnosticReport: 'yba-diagnostic-report',
  Procedure: 'yba-procedure',
  ClinicalImpression: 'yba-progress-note',
  Observation: 'yba-observation',
  Appointment: 'yba-follow-up',
}

const OF_CATEGORY: Record<string, string> = { laboratory: 'yba-laboratory-result', 'vital-signs': 'yba-vital-sign' }

const OF_TABLE: Record<string, string> = {
  XML7: 'yba-discharge-paper',
  XML8: 'yba-claim-summary',
  XML13: 'yba-transfer-paper',
  XML14: 'yba-reexamination-slip',
}

interface Planned {
  resourceType: string
  category?: { coding?: { code?: string }[] }[]
}

function profilesOf({ resourceType, category }: Planned): string[] {
  const code = Array.isArray(category) ? (category[0]?.coding?.[0]?.code ?? '') : ''
  return [OF_CLAIM[resourceType], OF_CATEGORY[code], OF_TABLE[code]].filter((id) => id !== undefined)
}

/** What a claim file becomes, each resource with its references in place. */
function planned(name: string): Planned[] {
  const file = readFileSync(new URL(`../src/claim/testdata/${name}.xml`, import.meta.url))
  const facility = { code: '24997', name: 'Bệnh viện thử' }
  const resources = readClaim(file).records.flatMap((record) => claimToFhir(record, { facility }).resources)
  const places = new Map(resources.map(({ key, resource }, i) => [key, `${resource.resourceType}/id${i}`]))
  const linked = (text: string): string => text.replaceAll(/#key:([^"]+)/g, (_, key: string) => places.get(key) ?? key)
  return resources.map(({ resource }) => JSON.parse(linked(JSON.stringify(resource))) as Planned)
}

test('what a claim becomes fits the profiles', () => {
  const seen = new Set<string>()
  for (const name of ['03-inpatient-transfer-4750-base64', '06-outpatient-reexam-3176-base64', '08-arithmetic-other-source-4750-base64']) {
    for (const resource of planned(name)) {
      const ids = profilesOf(resource)
      for (const id of ids) seen.add(id)
      assert.deepEqual(told(against(resource, ...ids)), [], `${name} ${resource.resourceType}`)
    }
  }
  for (const id of [...Object.values(OF_CLAIM), ...Object.values(OF_TABLE)]) assert.ok(seen.has(id), `${id} is seen`)
})
