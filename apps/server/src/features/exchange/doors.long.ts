/**
 * PDF bombs in parcels, at the hub and at the receiver, over HTTP, each site in a process of its own: taken as papers
 * whose print proves nothing, in bounded memory, while emergencies of another hospital get through.
 */
import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { PDF_BOMBS } from '@yba/signing/testing'
import { readSiteKeys } from '../../box/site-keys.ts'
import { type Attacker, attacker } from '../../testing/attacker.ts'
import { FACILITIES } from '../../testing/exchange.ts'
import { openWorld, type World } from '../../testing/history/world.ts'
import { exampleSlip, type Mint, mintOf } from '../../testing/parcel-mint.ts'
import { eventually } from '../../testing/referral.ts'

/** A site at rest holds about 250 MB; a bomb may cost what a reader is allowed, once. */
const MORE_MB = 450

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
