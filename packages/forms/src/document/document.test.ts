import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { findingText, OutcomeError, validate } from '@yba/fhir'
import { type PaperContent, REQUIRED_SIGNATURES } from '@yba/vietnam'
import fc from 'fast-check'
import type * as fhir4 from 'fhir/r4.d.ts'
import { composeDocument, readDocument, readEnvelope } from '../index.ts'
import { envelope, examples, KINDS, papers } from '../testing/papers.ts'

const bundleOf = (content: PaperContent, more = {}): fhir4.Bundle => JSON.parse(composeDocument(content, { ...envelope, ...more }).text)
const resources = (bundle: fhir4.Bundle) => (bundle.entry ?? []).map((e) => e.resource as fhir4.Resource & Record<string, unknown>)
const code = (problem: string) => (error: unknown) => error instanceof OutcomeError && error.code === problem

/** Everything a document must hold whatever it says. */
function checkBundle(text: string): void {
  const bundle = JSON.parse(text) as fhir4.Bundle
  assert.equal(bundle.type, 'document')
  assert.equal(resources(bundle)[0]?.resourceType, 'Composition')
  assert.equal(resources(bundle).filter((r) => r.resourceType === 'QuestionnaireResponse').length, 1)
  const urls = (bundle.entry ?? []).map((e) => e.fullUrl)
  assert.equal(new Set(urls).size, urls.length, 'fullUrls are unique')
  for (const url of urls) assert.match(url ?? '', /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/)
  const used = new Set<string>()
  const walk = (value: unknown, name: string): void => {
    assert.notEqual(value, '', `${name} is empty`)
    assert.notEqual(value, null, `${name} is null`)
    if (typeof value !== 'object' || value === null) return
    assert.ok(Object.keys(value).length > 0, `${name} is an empty object or list`)
    for (const [key, inner] of Object.entries(value)) {
      assert.ok(!['meta', 'signature'].includes(key), `no ${key} inside`)
      if (key === 'reference' && typeof inner === 'string' && !inner.startsWith('#')) used.add(inner)
      if (key === 'div') assert.doesNotMatch(inner as string, /<(?!\/?(div|p|b|br)[ />])/, 'only our own tags')
      walk(inner, `${name}.${key}`)
    }
  }
  for (const resource of resources(bundle)) walk(resource, resource.resourceType)
  assert.deepEqual(
    validate(bundle).map((f) => `${f.path} ${findingText(f).en}`),
    [],
  )
  for (const reference of used) assert.ok(urls.includes(reference), `${reference} is inside the bundle`)
  for (const url of urls.slice(1)) assert.ok(used.has(url ?? ''), `${url} is reached`)
}

for (const kind of KINDS) {
  test(`${kind}: the example is read back exactly and the bytes are always the same`, () => {
    const content = examples[kind]
    const first = composeDocument(content, envelope)
    assert.deepEqual(readDocument(first.text), content)
    assert.equal(composeDocument(structuredClone(content), envelope).text, first.text)
    checkBundle(first.text)
  })

  test(`${kind}: any content is read back exactly, hostile text included`, () => {
    fc.assert(
      fc.property(papers(kind), (content) => {
        const { text } = composeDocument(content, { ...envelope, draft: true })
        assert.deepEqual(readDocument(text), content)
        checkBundle(text)
      }),
      { numRuns: 60 },
    )
  })

  test(`${kind}: the composition names the roles that must sign`, () => {
    const composition = resources(bundleOf(examples[kind]))[0] as unknown as fhir4.Composition
    const roles = composition.attester?.map((a) => a.extension?.[0]?.valueCode)
    assert.deepEqual(roles, [...REQUIRED_SIGNATURES[kind]])
    assert.ok(
      composition.attester?.every((a) => a.time === undefined),
      'who signed when is not inside',
    )
  })
}

test('the referral asks the receiving facility, by its code', () => {
  const bundle = bundleOf(examples.referral, { priority: 'urgent' })
  const request = resources(bundle).find((r) => r.resourceType === 'ServiceRequest') as unknown as fhir4.ServiceRequest
  const performer = bundle.entry?.find((e) => e.fullUrl === request.performer?.[0]?.reference)?.resource as fhir4.Organization
  assert.equal(performer.identifier?.[0]?.value, '01929')
  assert.equal(request.requisition?.value, '0042')
  assert.equal(request.priority, 'urgent')
  assert.equal(bundle.identifier?.system, 'https://w3id.org/yba/sid/phieu-chuyen/24997')
  assert.equal(bundle.identifier?.value, '42/2026/GCT')
})

test('a slip that sends a patient back or on names the slip they had come with, and is read back with it', () => {
  const basedOn = { issuer: { code: '24998', name: 'Trung tâm Y tế Lục Nam' }, number: '12/2026/GCT' }
  assert.ok(examples.referral.kind === 'referral')
  const { text } = composeDocument({ ...examples.referral, basedOn }, envelope)
  const request = resources(JSON.parse(text)).find((r) => r.resourceType === 'ServiceRequest') as unknown as fhir4.ServiceRequest
  assert.equal(request.basedOn?.[0]?.identifier?.value, basedOn.number)
  const read = readDocument(text)
  assert.deepEqual(read.kind === 'referral' && read.basedOn, basedOn)
})

test('an emergency transfer is a stat request, and is read back as one', () => {
  assert.ok(examples.referral.kind === 'referral')
  const { text } = composeDocument({ ...examples.referral, emergency: true }, envelope)
  const request = resources(JSON.parse(text)).find((r) => r.resourceType === 'ServiceRequest') as unknown as fhir4.ServiceRequest
  assert.equal(request.priority, 'stat')
  const read = readDocument(text)
  assert.equal(read.kind === 'referral' && read.emergency, true)
})

test('a result keeps its digits', () => {
  assert.match(composeDocument(examples.referral, envelope).text, /"valueQuantity":\{"value":15\.80,"unit":"G\/L"\}/)
})

test('nothing recorded about allergies is said in a code', () => {
  const allergy = resources(bundleOf(examples.summary)).find((r) => r.resourceType === 'AllergyIntolerance')
  assert.equal((allergy as unknown as fhir4.AllergyIntolerance).code?.coding?.[0]?.code, 'no-allergy-info')
})

test('an outcome is appended to the slip it answers; a correction replaces its earlier version', () => {
  assert.ok(examples.outcome.kind === 'outcome')
  const replaces = { version: 1, digest: 'a'.repeat(64) }
  const composed = composeDocument(examples.outcome, { ...envelope, version: 2, replaces })
  const composition = resources(JSON.parse(composed.text))[0] as unknown as fhir4.Composition
  assert.deepEqual(
    composition.relatesTo?.map((r) => [r.code, r.targetIdentifier?.value, r.targetIdentifier?.extension?.[0]?.valueString]),
    [
      ['replaces', 'PH-01929-26-0007', replaces.digest],
      ['appends', '42/2026/GCT', examples.outcome.answers.digest],
    ],
  )
  const read = readEnvelope(composed.text)
  assert.equal(read.version, 2)
  assert.deepEqual(read.replaces, replaces)
  assert.equal(read.kind, 'outcome')
})

test('the digest for idempotency ignores the bundle id, not the content', () => {
  const hash = (content: PaperContent, more = {}) =>
    createHash('sha256')
      .update(composeDocument(content, { ...envelope, ...more }).contentDigestInput)
      .digest('hex')
  const other = { bundleId: '0198aaaa-0000-7000-8000-00000000000f' }
  assert.equal(hash(examples.summary), hash(examples.summary, other))
  assert.notEqual(hash(examples.summary), hash({ ...examples.summary, managingBody: 'Khác' } as PaperContent))
})

test('control characters, broken characters and unknown fields are refused by name', () => {
  const with_ = (more: object) => () => composeDocument({ ...examples.referral, ...more } as PaperContent, envelope)
  assert.throws(with_({ signs: 'a\u0000b' }), code('document-text-not-allowed'))
  assert.throws(with_({ signs: 'a\ud800b' }), code('document-text-not-allowed'))
  assert.throws(with_({ extra: 'x' }), code('document-field-unknown'))
  assert.throws(with_({ escort: { name: 'A', phone: '1' } }), code('document-field-unknown'))
  assert.throws(with_({ signs: undefined }), code('document-field-missing'))
  assert.throws(with_({ allergies: undefined }), code('document-field-missing'))
  assert.throws(with_({ departure: '2026-08-05T10:00:00' }), code('document-field-malformed'))
  assert.throws(with_({ departure: '05/08/2026' }), code('document-field-malformed'))
  assert.throws(with_({ medicines: 'Ceftriaxon' }), code('document-field-malformed'))
})

test('a final document needs what identifies it; a preview does not, and says that it is one', () => {
  const content = { ...examples.referral, to: { code: '', name: '' } } as PaperContent
  assert.throws(() => composeDocument(content, envelope), code('document-field-missing'))
  const preview = composeDocument(content, { ...envelope, draft: true }).text
  assert.equal(readEnvelope(preview).draft, true)
  assert.equal((resources(JSON.parse(preview))[0] as unknown as fhir4.Composition).status, 'preliminary')
})

test('what is not a document of ours is refused by name', () => {
  const bundle = bundleOf(examples.referral)
  const variants = [
    'not json',
    '{}',
    JSON.stringify({ ...bundle, type: 'collection' }),
    JSON.stringify({ ...bundle, entry: bundle.entry?.slice(1) }),
    JSON.stringify({ ...bundle, entry: bundle.entry?.slice(0, 3) }),
    JSON.stringify(bundle).replace('Questionnaire/referral|1', 'Questionnaire/referral|99'),
    JSON.stringify(bundle).replace('[{"valueBoolean":false}]', '[{"valueString":"no"}]'),
    JSON.stringify(bundle).replace('"linkId":"signs"', '"linkId":"elsewhere"'),
  ]
  for (const text of variants) assert.throws(() => readDocument(text), code('document-unreadable'))
})
