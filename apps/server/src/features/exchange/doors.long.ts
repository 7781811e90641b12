/**
 * Bombs at the doors of a hub and a hospital, over HTTP, each site in a process of its own: PDF bombs in parcels, taken as
 * papers whose print proves nothing, and JSON, bundles and claim files refused by name; in bounded memory, while
 * emergencies of another hospital get through.
 */
import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { PDF_BOMBS } from '@yba/signing/testing'
import { CLAIM_BOMBS } from '@yba/vietnam/testing'
import { readSiteKeys } from '../../box/site-keys.ts'
import { type Attacker, attacker } from '../../testing/attacker.ts'
import { FACILITIES } from '../../testing/exchange.ts'
import { BUNDLE_BOMBS, hammer, JSON_BOMBS } from '../../testing/hammer.ts'
import { openWorld, type World } from '../../testing/history/world.ts'
import { exampleSlip, type Mint, mintOf } from '../../testing/parcel-mint.ts'
import { eventually } from '../../testing/referral.ts'

/** A site at rest holds about 250 MB; a bomb may cost what a reader is allowed, once. */
const MORE_MB = 450
/** Bodies of one caller that may lie in memory at once, read and parsed, and a claim reader's heap. */
const LARGE_BODIES_MB = 1200
/** The bound of an emergency under attack: 13 to 40 s were seen on two cores that had ten times their work. */
const LONGEST_CROSSING_MS = 60_000

let world: World
let mint: Mint
let calm: Mint
let node: Attacker
let other: Attacker
before(async () => {
  world = await openWorld()
  const { authority } = world.province
  mint = await mintOf(authority, exampleSlip(), FACILITIES.sender)
  calm = await mintOf(authority, exampleSlip(), FACILITIES.other)
  node = await keyOf('sender')
  other = await keyOf('other')
})
after(() => world.close())

async function keyOf(name: 'sender' | 'other'): Promise<Attacker> {
  const { settings } = world.node(name)
  const { client } = await readSiteKeys(settings.folder)
  assert.ok(client)
  return attacker(world.node('hub').settings.baseUrl, settings.facility.code, client.kid, client.privateKey)
}

const submit = (who: Attacker, parcel: unknown) =>
  who.call('POST', '/fhir/$submit', { body: JSON.stringify(parcel), headers: { 'idempotency-key': randomUUID() } })

/** Largest memory of a site's process so far, in megabytes. */
const peak = (name: 'hub' | 'receiver'): number =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${world.pid(name)}/status`, 'utf8'))?.[1] ?? 0) / 1024

const judged = (name: 'hub' | 'receiver', digest: string) =>
  world
    .node(name)
    .sql<{ verdicts: { kind: string; verdict: string; reasons: { code: string }[] }[] }>(
      'select verdicts from signature_verdict where digest = $1',
      [digest],
    )

test('every PDF bomb: taken, judged by name at hub and receiver; an emergency of another hospital passes between any two', {
  timeout: 900_000,
}, async () => {
  const rest = { hub: peak('hub'), receiver: peak('receiver') }
  for (const [i, [name, make]] of Object.entries(PDF_BOMBS).entries()) {
    const parcel = await mint.make(`${i + 1}/2026/BOM`)
    const [paper] = parcel.documents
    assert.ok(paper)
    const pdf = make(`sha-256:${paper.digest}`)
    paper.pdf = createHash('sha256').update(pdf).digest('hex')
    paper.pdfBase64 = pdf.toString('base64')
    const urgent = await calm.make(`${i + 1}/2026/CAPCUU`, { stat: true })
    const [said, passed] = await Promise.all([submit(node, parcel), submit(other, urgent)])
    assert.equal(passed.status, 200, `${name}: ${passed.code}`)
    if (said.status !== 200) {
      assert.match(said.code, /^(body-too-large|parcel-incomplete|digest-mismatch)$/, name)
      continue
    }
    for (const site of ['hub', 'receiver'] as const) {
      const [row] = await eventually(
        () => judged(site, paper.digest),
        (rows) => rows.length > 0,
        `${site} judges ${name}`,
      )
      const prints = row?.verdicts.filter((v) => v.kind === 'pades') ?? []
      const reasons = prints.flatMap((v) => v.reasons.map((r) => r.code))
      assert.ok(prints.length === 0 || prints.every((v) => v.verdict !== 'valid'), `${site} ${name}: ${JSON.stringify(prints)}`)
      assert.ok(reasons.length > 0, `${site} ${name}: ${JSON.stringify(row?.verdicts)}`)
    }
  }
  const numbers = Object.keys(PDF_BOMBS).map((_, i) => `${i + 1}/2026/CAPCUU`)
  await eventually(
    () => world.node('receiver').sql('select 1 from referral_history where number = any($1) and scope = $2', [numbers, 'hub']),
    (rows) => rows.length >= numbers.length,
    'every emergency is at the receiver',
  )
  for (const site of ['hub', 'receiver'] as const)
    assert.ok(peak(site) - rest[site] < MORE_MB, `${site}: ${Math.round(rest[site])} → ${Math.round(peak(site))} MB`)
})

test('deep JSON, bundles and claim bombs hammer at hub and receiver, nobody is suspended for it: every emergency crosses in its minute', {
  timeout: 900_000,
}, async (t) => {
  await world.stop('hub')
  // A hostile node that is let in for ever: suspension would end the hammering, and is another test's.
  await world.start('hub', { limits: { perSecond: 1000, burst: 1000, perMinute: 100_000, misdeeds: 1_000_000 } })
  const receiver = world.node('receiver')
  const [clerk, doctor] = [await receiver.at('vanthu'), await receiver.at('bs.mot')]
  const claims = Object.values(CLAIM_BOMBS).map(
    ([make]) =>
      () =>
        Buffer.from(make()),
  )
  const rest = { hub: peak('hub'), receiver: peak('receiver') }
  const blows = [
    hammer(JSON_BOMBS, 4, async (body) => {
      const said = await node.call('POST', '/fhir/$submit', { body, headers: { 'idempotency-key': randomUUID() } })
      // A token lives five minutes.
      if (said.status === 401) node = await keyOf('sender')
      return said
    }),
    hammer(claims, 2, (bytes) => clerk.upload('/fhir/$import-claim', bytes, 'application/xml')),
    hammer(BUNDLE_BOMBS, 2, (text) => doctor.upload('/fhir', Buffer.from(text), 'application/fhir+json')),
  ]
  const took: number[] = []
  try {
    for (const one of blows) await one.strokes(4)
    for (let i = 1; i <= 6; i++) {
      const number = `${i}/2026/GIUABOM`
      const urgent = await calm.make(number, { stat: true })
      const hand = await keyOf('other')
      const from = performance.now()
      const said = await submit(hand, urgent)
      assert.equal(said.status, 200, said.code)
      await eventually(
        () => receiver.sql('select 1 from referral_history where number = $1 and scope = $2', [number, 'hub']),
        (rows) => rows.length > 0,
        `${number} is at the receiver`,
        LONGEST_CROSSING_MS,
      )
      took.push(Math.round(performance.now() - from))
    }
  } finally {
    await Promise.all(blows.map((one) => one.stop()))
  }
  t.diagnostic(JSON.stringify({ crossings: took.toSorted((a, b) => a - b), heard: blows.map((one) => Object.fromEntries(one.heard)) }))
  for (const one of blows) {
    const heard = [...one.heard.keys()]
    assert.ok(
      heard.some((h) => /^(400|413|422) /.test(h)),
      `refused by name: ${heard}`,
    )
    for (const said of heard) assert.match(said, /^(cut|4\d\d [a-z-]*|503 [a-z-]*)$/)
  }
  for (const site of ['hub', 'receiver'] as const)
    assert.ok(peak(site) - rest[site] < LARGE_BODIES_MB, `${site}: ${Math.round(rest[site])} → ${Math.round(peak(site))} MB`)
})
