/** F19: the hub's disk is full or its database takes no writes: 503 by name, nothing acknowledged, nothing half-written, and it recovers by itself. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Attacker, attacker } from '../../testing/attacker.ts'
import { type TestProvince, testProvince } from '../../testing/exchange.ts'
import { contentOf, eventually, outboxOf, parcelOf, rowCounts, signSlip, until } from '../../testing/referral.ts'

let p: TestProvince
let node: Attacker
before(async () => {
  p = await testProvince()
  const { client } = p.sender.site.keys
  assert.ok(client)
  node = attacker(p.hub.settings.baseUrl, '24997', client.kid, client.privateKey)
  await node.good()
})
after(() => p.close())

const submit = (parcel: unknown, key: string) =>
  node.call('POST', '/fhir/$submit', { body: JSON.stringify(parcel), headers: { 'idempotency-key': key } })

/** What the sender's own page reads of its message and its line. */
async function shown(): Promise<string> {
  const rows = await p.sender.sql<{ text: string }>('select to_jsonb(l)::text as text from exchange_line l order by id desc limit 1')
  return rows[0]?.text ?? ''
}

async function readOnly(on: boolean): Promise<void> {
  const [row] = await p.hub.sql<{ name: string }>('select current_database() as name')
  // The setting itself is a write, so it is made in a transaction that says it may.
  await p.hub.sql(
    `set default_transaction_read_only = off; alter database ${row?.name} set default_transaction_read_only = ${on ? 'on' : 'off'}`,
  )
  await p.hub.sql('select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()')
}

test('a read-only database: refused with 503 before anything is accepted; the node keeps its message, shows why, and it goes through later', async () => {
  const parcel = parcelOf(await contentOf(p.sender, (await p.slip(p.sender, 501)).id))
  const own = await p.slip(p.sender, 502)
  const counts = await rowCounts(p.hub)
  const key = randomUUID()
  await readOnly(true)
  try {
    const answer = await eventually(
      () => submit(parcel, key),
      (a) => a.code === 'storage-unavailable',
      'said by name',
    )
    assert.equal(answer.status, 503)
    assert.ok(Number(answer.headers.get('retry-after')) >= 1)
    assert.match(answer.text, /database-(read-only|away)/)
    assert.deepEqual(await rowCounts(p.hub), counts)
    await signSlip(p.sender, own.id)
    await eventually(shown, (text) => /503/.test(text), 'the node knows why it waits')
    assert.ok((await outboxOf(p.sender, 'pending')).length > 0)
    assert.deepEqual(await outboxOf(p.sender, 'refused'), [])
  } finally {
    await readOnly(false)
  }
  await until(p.receiver, own.number, 'delivered')
  const again = await eventually(
    () => submit(parcel, key),
    (a) => a.status === 200,
    'the same message is taken when the database is back',
  )
  assert.equal(again.json.state, 'sent')
  // The receiver's own step still comes; the next test counts rows.
  await until(p.receiver, parcel.thread.number, 'delivered')
  await eventually(
    async () => (await outboxOf(p.receiver, 'pending')).length,
    (left) => left === 0,
    'the receiver has told the hub',
  )
})

/** Mounts a tiny disk over a folder; false where that is not permitted. */
function tinyDisk(folder: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=700', 'tmpfs', folder]).status === 0
}

test('a full disk: no paper is acknowledged that is not on it, nothing half-written stays, and room makes it go on', async (t) => {
  const blobs = join(p.hub.settings.folder, 'blobs')
  const content = await contentOf(p.sender, (await p.slip(p.sender, 503)).id)
  const parcel = parcelOf(content)
  const large = { ...content, history: 'Bệnh sử dài. '.repeat(20_000) }
  const big = parcelOf(large)
  const aside = `${blobs}.aside`
  if (existsSync(blobs)) renameSync(blobs, aside)
  mkdirSync(blobs, { recursive: true })
  const mounted = tinyDisk(blobs)
  try {
    if (!mounted) {
      t.skip('full disk: this user may not mount a tiny tmpfs (needs root)')
      return
    }
    const counts = await rowCounts(p.hub)
    const answer = await submit(big, randomUUID())
    assert.deepEqual([answer.status, answer.code], [503, 'storage-unavailable'], answer.text.slice(0, 300))
    assert.match(answer.text, /disk-full/)
    assert.deepEqual(await rowCounts(p.hub), counts)
    const left = readdirSync(blobs, { recursive: true, withFileTypes: true }).filter((f) => f.isFile())
    assert.deepEqual(
      left.filter((f) => f.name.endsWith('.tmp') || f.name === big.documents[0].digest).map((f) => f.name),
      [],
    )
  } finally {
    if (mounted) spawnSync('umount', [blobs])
    if (existsSync(aside)) {
      spawnSync('rmdir', [blobs])
      renameSync(aside, blobs)
    }
  }
  assert.equal((await submit(parcel, randomUUID())).status, 200)
  const kept = await p.hub.site.store.blobs.get(parcel.documents[0].digest)
  assert.equal(createHash('sha256').update(kept).digest('hex'), parcel.documents[0].digest)
})
