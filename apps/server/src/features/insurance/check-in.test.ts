/** Check-in (XML0) against the import: it opens the stay, and never takes away what a record has said. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { checkInFile, checkInRows, claimFile, type Stay, stay } from '@yba/people'
import { writeClaim } from '@yba/vietnam'
import type { Encounter, Patient } from 'fhir/r4.d.ts'
import { systemCaller } from '../../access/index.ts'
import { type TestSite, testSite } from '../../testing/site.ts'
import type { ImportedRecord } from './contract.ts'
import { importClaim } from './index.ts'

let t: TestSite
before(async () => {
  t = await testSite({ role: 'facility' })
})
after(() => t.close())

const caller = systemCaller('import:his', '24997')
const take = async (bytes: Buffer): Promise<ImportedRecord[]> => (await importClaim(t.site, caller, bytes)).records
const inpatient = (seed: number): Stay => stay(seed, { kind: 'inpatient-transfer', facility: '24997' })

async function read<R>(reference: string | undefined): Promise<R & { meta?: { versionId?: string } }> {
  const [type = '', id = ''] = (reference ?? '').split('/')
  return (await t.site.store.as(caller).read(type, id)).resource() as never
}
const errors = (r: ImportedRecord | undefined) => JSON.stringify(r?.findings.filter((f) => f.severity === 'error'))

test('a check-in opens the stay of a new person; the ward, then the whole record follow on the same stay', async () => {
  const one = inpatient(601)
  const [opened] = await take(checkInFile([one]))
  assert.equal(opened?.result, 'created', errors(opened))
  assert.deepEqual([opened?.patient?.name, opened?.patient?.mrn], [one.person.name, one.mrn])
  const begun = await read<Encounter>(opened?.encounter)
  assert.deepEqual([begun.status, begun.period?.end, begun.diagnosis, begun.class.code], ['in-progress', undefined, undefined, 'IMP'])
  assert.match((begun.meta && JSON.stringify(begun.meta)) || '', /#XML0/)

  const [admitted] = await take(checkInFile([one], { admitted: true }))
  assert.deepEqual([admitted?.result, admitted?.encounter], ['updated', opened?.encounter], errors(admitted))
  assert.equal((await take(checkInFile([one], { admitted: true })))[0]?.result, 'unchanged')

  const [whole] = await take(claimFile([one]))
  assert.deepEqual(
    [whole?.result, whole?.encounter, whole?.patient?.id],
    ['updated', opened?.encounter, opened?.patient?.id],
    errors(whole),
  )
  assert.ok(whole?.referral)
  assert.equal((await read<Encounter>(whole?.encounter)).status, 'finished')
})

test('a check-in that comes late, or of a person who is known better, takes nothing away', async () => {
  const one = inpatient(602)
  const [whole] = await take(claimFile([one]))
  const before = await read<Patient>(`Patient/${whole?.patient?.id}`)
  assert.ok(before.address?.length && before.telecom?.length)
  const [late] = await take(checkInFile([one]))
  assert.deepEqual([late?.result, late?.findings.map((f) => f.code)], ['unchanged', ['claim-check-in-late']])
  assert.equal((await read<Encounter>(whole?.encounter)).status, 'finished')

  // Another visit of the same person, checked in with a card that is new.
  const next = stay(603, { kind: 'outpatient', facility: '24997', patient: { person: one.person, mrn: one.mrn }, start: '2026-11-01' })
  const card = 'DN4240000000603'
  const rows = checkInRows(next).map((row) => ({ ...row, MA_THE_BHYT: card }))
  const [again] = await take(writeClaim({ facility: '24997', madeOn: '20261101', layout: '4750', records: [{ tables: { XML0: rows } }] }))
  assert.deepEqual([again?.result, again?.patient?.id], ['created', whole?.patient?.id], errors(again))
  const after = await read<Patient>(`Patient/${whole?.patient?.id}`)
  assert.deepEqual([after.address, after.telecom, after.name], [before.address, before.telecom, before.name])
  assert.deepEqual(
    after.identifier?.map((i) => i.value),
    [...(before.identifier ?? []).map((i) => i.value), card],
  )
})

test('a list of a morning names many persons: each record keeps its own rows only, and a wrong row stays out alone', async () => {
  const [a, b] = [inpatient(604), inpatient(605)]
  const rows = [...checkInRows(a), ...checkInRows(b).map((row) => ({ ...row, GIOI_TINH: '9' }))]
  const file = writeClaim({ facility: '24997', madeOn: '20261101', layout: '4750', records: [{ tables: { XML0: rows.slice(0, 1) } }] })
  assert.equal((await take(file))[0]?.result, 'created')
  const both = await take(checkInFile([a, { ...b, tables: { ...b.tables, XML1: [{ ...b.tables.XML1?.[0], GIOI_TINH: '9' }] } } as Stay]))
  assert.deepEqual(
    both.map((r) => r.result),
    ['unchanged', 'refused'],
  )
  assert.ok(both[1]?.findings.some((f) => f.path === 'XML0[1].GIOI_TINH'))
  const [kept] = await t.site.store.sql<{ raw: string }>('select raw from claim_record where ma_lk = $1', [a.maLk])
  const text = (await t.site.store.blobs.get(kept?.raw ?? '')).toString('utf8')
  assert.ok(text.includes(a.person.name) && !text.includes(b.person.name))
})
