/** The node's side of the test messages: the directory, 200 kB there and back, a long-poll, the clock, the seal. */
import { randomBytes } from 'node:crypto'
import { OutcomeError } from '@yba/fhir'
import type { Site } from '../../site.ts'
import { type DirectoryLine, fetchDirectory } from '../directory/index.ts'
import { trySeal } from '../documents/index.ts'
import type { JoinTestAnswer, JoinTestRequest, TestName, TestResult } from './contract.ts'
import { digestOf, TEST_BYTES } from './path-test.ts'

/** What the tests need of the line to the hub. */
export interface TestLine extends DirectoryLine {
  skewMs(): number
}

const MOST_SKEW_MS = 60_000
const POLL_SECONDS = 3

const codeOf = (error: unknown): string =>
  error instanceof OutcomeError ? error.code : ((error as { code?: string }).code ?? (error as Error).name)

async function tried(name: TestName, work: () => Promise<string>): Promise<TestResult> {
  try {
    return { name, ok: true, detail: await work() }
  } catch (error) {
    return { name, ok: false, detail: codeOf(error).slice(0, 80) }
  }
}

/** Runs every test and gives what the hub makes of them. Throws what the line throws when the hub cannot be asked at all. */
export async function testPath(site: Site, hub: TestLine): Promise<TestResult[]> {
  const ms = async (work: () => Promise<unknown>): Promise<string> => {
    const begun = performance.now()
    await work()
    return `${Math.round(performance.now() - begun)} ms`
  }
  const directory = await tried('directory', () => ms(() => fetchDirectory(site, hub)))
  const bytes = randomBytes(TEST_BYTES)
  const post = (body: JoinTestRequest) => hub.json<JoinTestAnswer>('POST', '/fhir/Organization/$join-test', body)
  const back = await post({ step: 'out', bytes: bytes.toString('base64'), sha256: digestOf(bytes) })
  const feed = await tried('feed', () => ms(() => hub.json('GET', `/fhir/$events?after=&wait=${POLL_SECONDS}`)))
  const seal = await tried('seal', async () => (await trySeal(site)).toISOString().slice(0, 10))
  const skew = hub.skewMs()
  const clock: TestResult = { name: 'clock', ok: Math.abs(skew) <= MOST_SKEW_MS, detail: `${skew} ms` }
  const came = 'bytes' in back ? digestOf(Buffer.from(back.bytes, 'base64')) : ''
  const said = await post({ step: 'back', sha256: came, results: [directory, feed, clock, seal] })
  return 'tests' in said ? said.tests : []
}
