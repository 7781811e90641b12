import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkRecord, claimToFhir, readCccd, readClaim } from '@yba/vietnam'
import { claimFile, INPATIENT_PICTURES, person, stay } from './index.ts'

const KINDS = ['inpatient-transfer', 'inpatient', 'outpatient'] as const

test('every invented stay passes every check, in both layouts and all carriers', () => {
  const carriers = ['base64', 'base64-bom', 'inline', 'cdata'] as const
  for (let seed = 1; seed <= 60; seed++) {
    for (const layout of ['4750', '3176'] as const) {
      const made = stay(seed, { kind: KINDS[seed % 3] ?? 'inpatient', layout })
      const file = readClaim(claimFile([made], { encoding: carriers[seed % 4] }))
      assert.equal(file.layout, layout)
      const findings = [...file.findings, ...file.records.flatMap((r) => checkRecord(r))].map((f) => `${f.definition.code} ${f.path}`)
      assert.deepEqual(findings, [])
    }
  }
})

test('the same seed gives the same bytes; another seed another person', () => {
  const a = claimFile([stay(7, { kind: 'inpatient-transfer' })])
  assert.ok(a.equals(claimFile([stay(7, { kind: 'inpatient-transfer' })])))
  assert.ok(!a.equals(claimFile([stay(8, { kind: 'inpatient-transfer' })])))
})

test('every picture makes a stay with a referral, repeated values and notes', () => {
  assert.ok(INPATIENT_PICTURES.length >= 12)
  for (const [i, picture] of INPATIENT_PICTURES.entries()) {
    const made = stay(100 + i, { kind: 'inpatient-transfer', picture: picture.name })
    const record = readClaim(claimFile([made])).records[0]
    assert.ok(record)
    assert.deepEqual(checkRecord(record), [])
    const plan = claimToFhir(record, { facility: made.facility })
    assert.deepEqual(
      plan.papers.map((p) => p.kind),
      ['referral', 'summary'],
    )
    const [first = ''] = Object.keys(picture.labs)
    const values = plan.resources.filter((p) => p.resource.resourceType === 'Observation' && p.resource.code.text === first)
    assert.ok(values.length >= 2, `${picture.name}: ${first} is measured more than once`)
    assert.equal(new Set(plan.resources.map((p) => p.key)).size, plan.resources.length)
  }
})

test('a transfer without a slip leaves XML13 out and says so', () => {
  const record = readClaim(claimFile([stay(3, { kind: 'inpatient-transfer', withReferral: false })])).records[0]
  assert.ok(record)
  assert.deepEqual(
    checkRecord(record).map((f) => f.definition.code),
    ['claim-transfer-without-xml13'],
  )
})

test('invented citizen ids have no province and agree with sex and year', () => {
  for (let seed = 0; seed < 300; seed++) {
    const p = person(seed)
    assert.match(p.citizenId, /^000\d{9}$/)
    assert.deepEqual(readCccd(p.citizenId, p, { demo: true }), { automaticLinking: true, doubts: [] })
  }
})

test('several stays travel in one file', () => {
  const stays = [1, 2, 3].map((seed) => stay(seed, { kind: 'inpatient' }))
  const file = readClaim(claimFile(stays))
  assert.deepEqual(
    file.records.map((r) => r.maLk),
    stays.map((s) => s.maLk),
  )
  assert.throws(() => claimFile([stay(1, { kind: 'inpatient' }), stay(2, { kind: 'inpatient', layout: '3176' })]))
})

test('a stay of now: between two instants, with the slip it came with, it passes every check too', () => {
  const to = new Date('2026-11-20T03:00:00Z')
  for (const kind of KINDS)
    for (const minutes of [0, 7, 300]) {
      const within = { from: new Date(to.getTime() - minutes * 60_000), to }
      const cameWith = { issuer: '24997', number: '42/2026/GCT' }
      const made = stay(300 + minutes, { kind, facility: '01929', to: '24997', within, cameWith })
      const [record] = readClaim(claimFile([made])).records
      assert.ok(record)
      assert.deepEqual(
        checkRecord(record).map((f) => `${f.definition.code} ${f.path}`),
        [],
        `${kind} ${minutes}`,
      )
      const one = record.tables.XML1?.[0] ?? {}
      assert.deepEqual([one.MA_NOI_DI, one.GIAY_CHUYEN_TUYEN], ['24997', '42/2026/GCT'])
      assert.ok((one.NGAY_VAO ?? '') <= (one.NGAY_RA ?? '') && (one.NGAY_RA ?? '') <= '202611201000')
    }
})

test('a stay of some hours that passes midnight counts two days of treatment and passes every check', () => {
  const within = { from: new Date('2026-11-23T16:09:00Z'), to: new Date('2026-11-23T21:09:00Z') }
  for (const kind of KINDS) {
    const made = stay(400, { kind, within })
    assert.equal(made.tables.XML1?.[0]?.SO_NGAY_DTRI, kind === 'outpatient' ? '0' : '2')
    const record = readClaim(claimFile([made])).records[0]
    assert.ok(record)
    assert.deepEqual(
      checkRecord(record).map((f) => `${f.definition.code} ${f.path}`),
      [],
    )
  }
})
