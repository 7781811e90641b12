/** What the exchange files beside a paper fits our profiles, with every extension that it may carry. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { extensionUrl, validate } from '@yba/fhir'
import { useOurProfiles } from '@yba/vietnam'
import { type ReferralTask, taskResource } from '../referral/task.ts'
import { documentReference } from './document-reference.ts'
import { signatureProvenance } from './provenance.ts'

useOurProfiles()

const FACILITY = { code: '24997', name: 'Bệnh viện Đa khoa tỉnh Bắc Giang' }
const AT = '2026-11-22T08:00:00+07:00'

const told = (resource: unknown, profile: string): string[] =>
  validate(resource, { profiles: [extensionUrl(profile)] }).map((f) => `${f.path} ${f.definition.code} ${f.values.key ?? ''}`)

test('the Task of a referral', () => {
  const task: ReferralTask = {
    issuer: FACILITY,
    number: '0123/2026/GCT',
    to: { code: '01C51', name: 'Bệnh viện Bạch Mai' },
    state: 'arrived',
    person: { name: 'Lê Thị Thử', birthDate: '1990', sex: '2', mrn: 'BN-1', citizenId: '000190000017' },
    diagnosis: 'Viêm phổi',
    departure: AT,
    use: 2,
    authoredOn: AT,
    input: ['a1'],
    output: ['b1'],
    outcomeWithdrawn: true,
    corrections: { referral: 1 },
  }
  assert.deepEqual(told(taskResource(task), 'yba-referral-task'), [])
  assert.deepEqual(told({ ...taskResource(task), businessStatus: { text: 'đã đến' } }, 'yba-referral-task').slice(0, 1), [
    'Task.businessStatus.coding profile-cardinality ',
  ])
})

test('the DocumentReference of a paper', () => {
  const reference = documentReference({
    kind: 'referral',
    title: 'Phiếu chuyển cơ sở khám bệnh, chữa bệnh',
    issuer: FACILITY,
    number: '0123/2026/GCT',
    version: 2,
    digest: '00',
    contentDigest: '01',
    pdf: '02',
    fields: [],
    date: AT,
    patient: { display: 'Lê Thị Thử' },
    thread: { issuer: FACILITY.code, number: '0123/2026/GCT' },
    replaces: 1,
    correction: 1,
    issues: 2,
    source: 'urn:yba:claim:24997:1',
    withdrawn: true,
    addressed: ['01C51'],
  })
  assert.deepEqual(told(reference, 'yba-document-reference'), [])
})

test('the Provenance of a signature', () => {
  const act = { role: 'doctor', jws: 'a.b.c', signedAt: AT, by: 'Trần Văn Thử', title: 'Bác sĩ', serial: '01', timestamp: 'AAEC' } as const
  const facts = { document: 'DocumentReference/1', digest: '00', facility: FACILITY, source: 'urn:yba:claim:24997:1' }
  assert.deepEqual(told(signatureProvenance(act, facts), 'yba-signature'), [])
})
