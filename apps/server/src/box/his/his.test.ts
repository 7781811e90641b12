/** Two hospitals beside their own systems: what one drops crosses, the other treats by files, and the loop closes by itself. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { claimFile, type ExampleFile, example, hisVisit, stay } from '@yba/people'
import { addProgram } from '../../access/index.ts'
import type { ImportAnswer } from '../../features/insurance/index.ts'
import type { ReferralRow } from '../../features/referral/contract.ts'
import { type BesideHis, besideHis } from '../../testing/beside-his.ts'
import { type TestNode, type TestProvince, testProvince } from '../../testing/exchange.ts'
import { effects, eventually, signSlip, until } from '../../testing/referral.ts'
import { TEST_PASSWORD } from '../../testing/site.ts'
import { signIn } from '../journey/person.ts'
import { BEGUN, playStaff } from './staff.ts'

let p: TestProvince
let beside: BesideHis
before(async () => {
  p = await testProvince()
  beside = await besideHis([p.sender, p.receiver])
})
after(async () => {
  await beside.close()
  await p.close()
})

test("slow: a transfer's file at one hospital, the other's own system: arrived, treated, answered, closed; nobody clicked there", async () => {
  const his = beside.his(p.receiver, 7)
  writeFileSync(join(beside.folder(p.sender), 'chuyen.xml'), claimFile([stay(901, { kind: 'inpatient-transfer', facility: '24997' })]))
  const desk = await p.sender.at('bs.mot')
  const tray = async () => ((await desk.get('/fhir/Task/$worklist?list=tray')).json.rows as ReferralRow[])[0]
  const slip = await eventually(tray, (row) => row !== undefined, 'the slip of the dropped file')
  assert.ok(slip)
  // Who signs a slip is a person, or their key; everything after it is files.
  await signSlip(p.sender, slip.id)
  await until(p.sender, slip.number, 'completed')
  await until(p.receiver, slip.number, 'completed')
  for (const node of [p.hub, p.sender, p.receiver]) {
    const found = await effects(node.sql, '24997', slip.number)
    assert.deepEqual(found.events.slice(0, 5), ['send', 'deliver', 'arrive', 'answer', 'file-outcome'], node.settings.name)
    assert.ok(found.signatures.includes('outcome/seal') && !found.signatures.includes('outcome/doctor'), node.settings.name)
  }
  const clicks = await p.receiver.sql<{ n: string }>(
    `select count(*) as n from outbox where body->'by'->>'role' not in ('system', 'program')`,
  )
  assert.equal(Number(clicks[0]?.n), 0, 'no person took a step')
  await his.stop()
  assert.match(his.lines[0] ?? '', new RegExp(slip.number))
})

test('the people of a hospital say once, in the words of the site, why a slip cannot be signed', async () => {
  const slip = await p.slip(p.sender, 905, { to: '99999' })
  const at = (login: string) => signIn(p.sender.settings.baseUrl, login, TEST_PASSWORD)
  const stop = new AbortController()
  const lines: string[] = []
  const working = playStaff({
    desk: await at('vanthu'),
    doctors: [await at('bs.mot'), await at('bs.hai')],
    signer: await at('ky'),
    left: new Set([BEGUN]),
    refused: new Map(),
    told: (line) => lines.push(line),
    signal: stop.signal,
  })
  const said = await eventually(
    async () => lines.find((line) => line.startsWith(slip.number)),
    (line) => line !== undefined,
    'the line of the slip',
  )
  stop.abort()
  await working
  assert.match(said ?? '', /99999.* → .*danh bạ/)
  assert.doesNotMatch(lines.join('\n'), /HTTP \d/)
})

test('the worked example of docs/integrators, by the HTTP door alone: four files, two signatures, closed at both ends', async () => {
  const { files, slip } = example(new Date())
  const posting = async (node: TestNode) => {
    const { token } = await addProgram(node.site.store.sql, { id: 'vendor', name: 'HIS' }, new Date())
    return async ({ name, bytes }: ExampleFile) => {
      const answer = await fetch(`${node.settings.baseUrl}/fhir/$import-claim?name=${name}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/xml' },
        body: new Uint8Array(bytes),
      })
      const { records, findings } = (await answer.json()) as ImportAnswer
      const errors = [...findings, ...(records ?? []).flatMap((r) => r.findings)].filter((f) => f.severity === 'error')
      return {
        status: answer.status,
        result: records?.[0]?.result,
        slip: records?.[0]?.referral,
        said: records?.[0]?.findings.map((f) => f.code),
        errors,
      }
    }
  }
  const [sender, receiver] = [await posting(p.sender), await posting(p.receiver)]
  const [checkIn, transfer, comes, record] = files as [ExampleFile, ExampleFile, ExampleFile, ExampleFile]
  assert.deepEqual(await sender(checkIn), { status: 200, result: 'created', slip: undefined, said: [], errors: [] })
  const opened = await sender(transfer)
  assert.deepEqual([opened.status, opened.result, opened.slip?.number, opened.errors], [200, 'updated', slip, []])
  assert.equal((await sender(transfer)).result, 'unchanged')
  await signSlip(p.sender, opened.slip?.id ?? '')
  await until(p.receiver, slip, 'delivered')
  const arrived = await receiver(comes)
  assert.deepEqual([arrived.status, arrived.said], [200, ['arrived-by-file']])
  const treated = await receiver(record)
  assert.deepEqual([treated.status, treated.said?.includes('outcome-by-file')], [200, true], JSON.stringify(treated))
  await until(p.sender, slip, 'completed')
  await until(p.receiver, slip, 'completed')
})

test('the same seed is the same script; among many seeds every mistake of a day is made', () => {
  const comer = { slip: { issuer: '24997', number: '1/2026' }, name: 'VI THỊ THỬ', birthDate: '1980', sex: '2' as const }
  const came = new Date('2026-11-20T01:00:00Z')
  const scripts = Array.from({ length: 80 }, (_, seed) => hisVisit(seed, '01929', comer, came))
  assert.deepEqual(hisVisit(5, '01929', comer, came), scripts[5])
  const moves = scripts.map((s) => s.moves)
  assert.ok(moves.some((m) => m.some((one) => one.how === 'half')))
  assert.ok(moves.some((m) => m.some((one) => one.how === 'renamed')))
  assert.ok(
    moves.some((m) => m[0]?.file === 'whole'),
    'the record before the check-in',
  )
  for (const file of ['check-in', 'wrong-stay', 'first-words', 'whole'] as const)
    assert.ok(
      moves.some((m) => m.some((one) => one.file === file)),
      file,
    )
  assert.deepEqual([...new Set(scripts.map((s) => s.kind))].sort(), ['inpatient', 'inpatient-transfer', 'outpatient'])
})
