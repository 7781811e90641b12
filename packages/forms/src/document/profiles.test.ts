/** Papers as they are composed fit the profiles of papers. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { extensionUrl, useProfiles, validate } from '@yba/fhir'
import { ourProfiles, type PaperKind } from '@yba/vietnam'
import type * as fhir4 from 'fhir/r4.d.ts'
import { composeDocument } from '../index.ts'
import { envelope, examples, KINDS } from '../testing/papers.ts'

const PAPER: Record<PaperKind, string> = { referral: 'yba-referral-slip', summary: 'yba-record-summary', outcome: 'yba-counter-referral' }

/** What stands in a document, by type. */
const INSIDE: Record<string, string> = {
  Patient: 'yba-patient',
  Organization: 'yba-organization',
  Practitioner: 'yba-practitioner',
  PractitionerRole: 'yba-practitioner-role',
  Encounter: 'yba-encounter',
  Condition: 'yba-condition',
  Coverage: 'yba-coverage',
  Observation: 'yba-observation',
  Procedure: 'yba-procedure',
  MedicationStatement: 'yba-medication-statement',
  AllergyIntolerance: 'yba-allergy-intolerance',
  ServiceRequest: 'yba-referral',
}

useProfiles(ourProfiles())

function told(resource: unknown, id: string): string[] {
  return validate(resource, { profiles: [extensionUrl(id)] }).map((f) => `${f.path} ${f.definition.code} ${f.values.key ?? ''}`)
}

test('a composed paper fits the profile of its document, its own, and those of what it names', () => {
  for (const kind of KINDS) {
    const bundle = JSON.parse(composeDocument(examples[kind], envelope).text) as fhir4.Bundle
    assert.deepEqual(told(bundle, kind === 'referral' ? 'yba-referral-document' : 'yba-document'), [], kind)
    for (const { resource } of bundle.entry ?? []) {
      const type = resource?.resourceType ?? ''
      const id = type === 'Composition' ? PAPER[kind] : INSIDE[type]
      if (id) assert.deepEqual(told(resource, id), [], `${kind} ${type}`)
    }
  }
})
