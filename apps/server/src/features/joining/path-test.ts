/** The hub's side of the test messages: what came whole is told, and what went out is asked back. */
import { createHash, randomBytes } from 'node:crypto'
import { refuse } from '@yba/fhir'
import { onBehalf } from '../../access/index.ts'
import type { OperationAnswer, OperationContext } from '../../feature.ts'
import type { Site } from '../../site.ts'
import { facility } from '../directory/index.ts'
import { type JoinTestAnswer, type JoinTestRequest, TESTS, type TestName, type TestResult } from './contract.ts'
import { JOINING_TEST, JOINING_UNREADABLE } from './outcomes.ts'
import { progressOf } from './progress.ts'
import { actsOf, putAct } from './tables.ts'

/** As large as a slip with its print. */
export const TEST_BYTES = 200 * 1024
/** What a node tells of itself; the rest the hub sees. */
const TOLD: readonly TestName[] = ['directory', 'feed', 'clock', 'seal']

export const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

interface Under {
  out: TestResult
  expected: string
}

/** Between the two halves of a test: a restart in the middle asks for another one. */
const underWay = new WeakMap<Site, Map<string, Under>>()

function heldOf(site: Site): Map<string, Under> {
  const held = underWay.get(site) ?? new Map<string, Under>()
  underWay.set(site, held)
  return held
}

/** A node says at most this of a test. */
const told = (results: unknown): TestResult[] =>
  (Array.isArray(results) ? results : []).flatMap((r: Partial<TestResult>) =>
    TOLD.includes(r.name as TestName) ? [{ name: r.name as TestName, ok: r.ok === true, detail: String(r.detail ?? '').slice(0, 80) }] : [],
  )

/** POST /fhir/Organization/$join-test, by the node. Throws `joining-test-not-expected`, `joining-unreadable`. */
export async function joinTest({ site, caller, json }: OperationContext): Promise<OperationAnswer> {
  const code = caller.facility
  const request = (json ?? {}) as JoinTestRequest
  const now = progressOf(await actsOf(site.store, code))
  if (!now?.key?.confirmed || now.state === 'withdrawn') throw refuse(JOINING_TEST)
  const held = heldOf(site)
  if (request.step === 'out') {
    const came = Buffer.from(String(request.bytes ?? ''), 'base64')
    const whole = came.length === TEST_BYTES && digestOf(came) === request.sha256
    const back = randomBytes(TEST_BYTES)
    held.set(code, { out: { name: 'out', ok: whole, detail: `${came.length} B` }, expected: digestOf(back) })
    return { json: { bytes: back.toString('base64'), sha256: digestOf(back) } satisfies JoinTestAnswer }
  }
  const before = held.get(code)
  if (request.step !== 'back' || !before) throw refuse(JOINING_UNREADABLE, { what: 'step' })
  held.delete(code)
  const slipKeys = (await facility(site.store, code))?.slip_keys.length ?? 0
  const seen: TestResult[] = [
    before.out,
    { name: 'back', ok: request.sha256 === before.expected, detail: `${TEST_BYTES} B` },
    { name: 'slip-key', ok: slipKeys > 0, detail: String(slipKeys) },
    ...told(request.results),
  ]
  const tests = TESTS.map((name) => seen.find((t) => t.name === name) ?? { name, ok: false, detail: '—' })
  await site.store.as(onBehalf(caller)).transact(async (tx) => {
    await putAct(tx, code, { act: 'tested', facts: { tests } }, { id: caller.id, name: caller.display }, tx.now)
  })
  return { json: { tests } satisfies JoinTestAnswer }
}
