import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { onBehalf, systemCaller } from '../../access/index.ts'
import { type TestProvince, testProvince } from '../../testing/exchange.ts'
import { signSlip, until } from '../../testing/referral.ts'
import type { WorklistAnswer } from './contract.ts'

let p: TestProvince
before(async () => {
  p = await testProvince()
})
after(() => p.close())

test('a slip that waits for an answer stays in the list and is found, however many others come after it', async () => {
  const slip = await p.slip(p.sender, 951)
  await signSlip(p.sender, slip.id)
  const id = await until(p.receiver, slip.number, 'delivered')
  const store = p.receiver.site.store.as(onBehalf(systemCaller('test', '01929')))
  const original = (await store.read('Task', id))?.resource() as unknown as {
    identifier: { value: string }[]
    businessStatus: { coding: { code: string }[] }
  }
  const copy = (n: number) => {
    const { id: _id, meta: _meta, ...resource } = structuredClone(original) as typeof original & { id?: string; meta?: unknown }
    for (const identifier of resource.identifier) identifier.value = `M${n}/${identifier.value}`
    for (const coding of resource.businessStatus.coding) coding.code = n % 2 ? 'completed' : 'arrived'
    return { kind: 'create' as const, resource: resource as never }
  }
  for (let from = 0; from < 1200; from += 200) {
    await store.transact((tx) => tx.write(Array.from({ length: 200 }, (_, i) => copy(from + i))))
  }
  const desk = await p.receiver.at('vanthu')
  const rows = async (q: string) => ((await desk.get(`/fhir/Task/$worklist?list=received${q}`)).json as WorklistAnswer).rows
  assert.ok((await rows('')).some((row) => row.number === slip.number && row.state === 'delivered'))
  assert.deepEqual(
    (await rows(`&q=${encodeURIComponent(`M1/${slip.number}`)}`)).map((row) => row.number),
    [`M1/${slip.number}`],
  )
})
