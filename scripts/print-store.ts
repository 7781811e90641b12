/** Prints what one patient leaves in every table of the store: after a create, an update and a search. For docs/store.md. */

import { testCaller, testStore } from '../apps/server/src/store/testing.ts'
import type { FhirResource } from '../apps/server/src/store/types.ts'
import { stopTestCluster } from '../apps/server/src/testing/database.ts'

const patient = (phone: string) =>
  ({
    resourceType: 'Patient',
    identifier: [{ system: 'http://fhir.hl7.org.vn/core/sid/cccd', value: '000190000001' }],
    name: [{ text: 'Nguyễn Thị Lan' }],
    gender: 'female',
    birthDate: '1990-03-04',
    telecom: [{ system: 'phone', value: phone }],
  }) as unknown as FhirResource

const component = (code: string, value: number) => ({
  code: { coding: [{ system: 'http://loinc.org', code }] },
  valueQuantity: { value, unit: 'mmHg', system: 'http://unitsofmeasure.org', code: 'mm[Hg]' },
})

/** What to look at, in the order of the page. */
const TABLES: [table: string, sql: string][] = [
  ['res', `select rid, t, id, ver, lu, deleted, content, array_length(tok, 1) as tokens, pat, sd, h, org, sens, by from res order by rid`],
  ['hist', 'select rid, ver, lu, deleted, content, by from hist order by rid, ver'],
  ['ix_tok', 'select h, sd, rid from ix_tok order by rid, h'],
  ['ix_ref', 'select p, tgt, rid from ix_ref order by rid, p'],
  ['ix_date', 'select p, lo, hi, rid from ix_date order by rid, p'],
  ['ix_qty', 'select p, unit, v, rid from ix_qty order by rid, p, unit'],
  ['ix_str', 'select p, v, rid from ix_str order by rid, p, v'],
  ['ix_word', 'select p, w, sd, rid, words from ix_word order by rid, p, w'],
  ['uniq', 'select system, value, t, rid, one from uniq order by rid, system'],
  ['care', 'select pat, who, department, starts, ends, basis, by from care'],
  ['event', 'select seq, epoch, n, at, kind, thread, t, id, ver, pat, payload, by from event order by seq'],
  ['audit', 'select seq, xid, at, caller, role, facility, purpose, action, t, id, ver, pats, outcome, detail from audit order by seq'],
  ['seal', `select n, epoch, from_xid, to_xid, count, octet_length(rows) as bytes, encode(hash, 'hex') as hash from seal`],
]

const s = await testStore()
s.clock.at = Date.parse('2026-11-22T08:00:00+07:00')
const show = async (title: string) => {
  console.log(`\n== ${title}`)
  for (const [table, sql] of TABLES) {
    const { rows } = await s.database.pool.query(sql)
    console.log(`\n-- ${table}: ${sql}`)
    for (const row of rows) console.log(JSON.stringify(row))
  }
}
const desk = s.root.as(testCaller({ kind: 'user', id: 'bac-giang-tiepdon', role: 'reception' }))
const id = '019aa8f0-0000-7000-8000-000000000001'
await desk.transact(async (tx) => {
  await tx.write([{ kind: 'create', id, resource: patient('0912000001') }])
  await tx.write([
    {
      kind: 'create',
      id: '019aa8f0-0000-7000-8000-000000000002',
      resource: {
        resourceType: 'Observation',
        status: 'final',
        code: { coding: [{ system: 'http://loinc.org', code: '85354-9' }] },
        subject: { reference: `Patient/${id}` },
        effectiveDateTime: '2026-11-21T09:30:00+07:00',
        component: [component('8480-6', 128), component('8462-4', 82)],
      } as unknown as FhirResource,
    },
  ])
  await tx.grantCare({ patient: id, department: 'K01', from: tx.now, basis: 'claim:24997-26-000001' })
})
await show('after the create')
s.clock.at += 60_000
await desk.transact((tx) => tx.write([{ kind: 'update', id, ifMatch: 1, resource: patient('0987000001') }]))
s.clock.at += 60_000
await desk.search('Patient', 'name=lan&birthdate=1990')
await s.root.audit.seal()
await new Promise((done) => setTimeout(done, 300))
await show('after an update and a search')
await s.drop()
if (process.argv.includes('--stop')) await stopTestCluster()
