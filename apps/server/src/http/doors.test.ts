/** Bombs through the doors of a hospital, over HTTP, into a process whose memory is capped; others are served meanwhile. */
import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { claimFile, stay } from '@yba/people'
import { CLAIM_BOMBS } from '@yba/vietnam/testing'
import { addUser } from '../access/index.ts'
import { type SignedIn, signIn } from '../testing/browser.ts'
import { TEST_PASSWORD } from '../testing/site.ts'
import { type SiteApart, siteApart } from '../testing/site-apart.ts'

const MB = 1024 * 1024
/** A heap for the site and one for the thread that reads large files; buffers and the program itself come on top. */
const PEAK_MB = 1500

let site: SiteApart
let desk: SignedIn
let doctor: SignedIn
before(async () => {
  site = await siteApart({
    role: 'facility',
    facility: { code: '24997', name: 'Bệnh viện Đa khoa tỉnh', managingBody: 'Sở Y tế' },
    heapMb: 256,
    limits: { slowSeconds: 2 },
  })
  const person = { password: TEST_PASSWORD, departments: [] }
  await addUser(site.sql, { login: 'tiepdon', name: 'Tiếp Đón', role: 'reception', ...person }, new Date())
  await addUser(site.sql, { login: 'bs', name: 'Bác Sĩ', role: 'doctor', ...person }, new Date())
  desk = await signIn(site.url, 'tiepdon', TEST_PASSWORD)
  doctor = await signIn(site.url, 'bs', TEST_PASSWORD)
})
after(() => site.close())

interface Answer {
  status: number
  codes: string
  /** Requests of others answered while this one was at work. */
  served: number
}

/** Sends it and keeps asking for something else until the answer is there. */
async function send(who: SignedIn, path: string, body: Uint8Array<ArrayBuffer> | FormData | string, type?: string): Promise<Answer> {
  let over = false
  const mine = who.fetch(path, { method: 'POST', body, ...(type ? { headers: { 'content-type': type } } : {}) }).finally(() => {
    over = true
  })
  let served = 0
  const others = (async () => {
    while (!over) {
      if (await site.healthy()) served += over ? 0 : 1
      await delay(10)
    }
  })()
  const response = await mine
  const text = await response.text()
  await others
  const codes = [...text.matchAll(/"code":"([a-z0-9-]+)"/g)].map((m) => m[1]).join(' ')
  return { status: response.status, codes, served }
}

const upload = (bytes: Uint8Array): FormData => {
  const form = new FormData()
  form.append('file', new Blob([new Uint8Array(bytes)]), 'hoso.xml')
  return form
}

const traces = (code: string) => site.sql(`select 1 from audit where action = 'refused' and outcome = $1`, [code])

function assertMemory(): void {
  const peak = site.peakMb()
  if (peak !== null) assert.ok(peak < PEAK_MB, `${Math.round(peak)} MB`)
}

/** Says that so many bytes come, and sends none of them. */
async function announce(bytes: number): Promise<number> {
  const cookie = [...desk.cookies].map(([k, v]) => `${k}=${v}`).join('; ')
  const asked = request(`${site.url}/fhir/$import-claim`, {
    method: 'POST',
    headers: { cookie, origin: site.url, 'content-type': 'application/xml', 'content-length': bytes },
  })
  const status = new Promise<number>((done, fail) => {
    asked.once('response', (response) => done(response.statusCode ?? 0))
    asked.once('error', fail)
  })
  asked.flushHeaders()
  const answered = await status
  asked.destroy()
  return answered
}

/** One of each kind; `doors.long.ts` sends them all. */
const SOME = [
  'a billion laughs inside base64',
  'five million deep inside base64',
  'sixty-five megabytes of blanks',
  'a zip under the name of XML',
]

test('claim bombs at $import-claim, raw and as an upload: refused by name, others are served, the site stands', async () => {
  let served = 0
  let form = false
  for (const name of SOME) {
    const [make, expected] = CLAIM_BOMBS[name] ?? assert.fail(name)
    const bytes = new Uint8Array(Buffer.from(make()))
    form = !form
    const answer = await send(desk, '/fhir/$import-claim', form ? upload(bytes) : bytes, form ? undefined : 'application/xml')
    assert.ok([413, 422].includes(answer.status), `${name}: ${answer.status} ${answer.codes}`)
    assert.match(answer.codes, new RegExp(`(^| )(${expected}|body-too-large|claim-too-costly)( |$)`), name)
    served += answer.served
  }
  assert.ok(served > 0, 'somebody else was answered meanwhile')
  assert.equal(await announce(2 ** 31), 413, 'refused before a byte of it is taken')
  for (const code of ['claim-doctype', 'body-too-large']) assert.ok((await traces(code)).length > 0, code)
  assert.deepEqual(await site.sql('select 1 from claim_record'), [])
  assertMemory()
})

test('a claim file of a whole month is taken in a thread of its own; the next desk does not wait for it', async () => {
  const stays = Array.from({ length: 3 }, (_, i) => stay(9000 + i, { kind: 'inpatient', facility: '24997' }))
  const month = Buffer.concat([claimFile(stays), Buffer.alloc(8 * MB, '\n')])
  const answer = await send(desk, '/fhir/$import-claim', upload(month))
  assert.equal(answer.status, 200, answer.codes)
  assert.ok(answer.served > 1, `${answer.served}`)
  const [rows] = await site.sql<{ n: string }>('select count(*) as n from claim_record')
  assert.equal(Number(rows?.n), 3)
  assertMemory()
})

test('bundles at POST /fhir: fifty megabytes, a million members, deep, too many entries: refused by name before they cost anything', async () => {
  const small = `{"resource":{"resourceType":"Observation","status":"final","code":{"text":"x"}},"request":{"method":"POST","url":"Observation"}}`
  const bundle = (n: number) =>
    `{"resourceType":"Bundle","type":"transaction","entry":[${Array.from({ length: n }, () => small).join(',')}]}`
  const cases: [string, string, number, string][] = [
    ['fifty megabytes', `{"resourceType":"Bundle","x":"${'x'.repeat(50 * MB)}"}`, 413, 'body-too-large'],
    ['twenty-four megabytes of entries', bundle(170_000), 413, 'json-too-many-values'],
    ['eight million objects', `{"resourceType":"Bundle","entry":[${'{},'.repeat(8_000_000)}{}]}`, 413, 'json-too-many-values'],
    ['deep', `{"resourceType":"Bundle","entry":${'['.repeat(100_000)}`, 400, 'json-too-deep'],
    ['five thousand and one entries', bundle(5001), 413, 'bundle-too-long'],
  ]
  for (const [what, body, status, code] of cases) {
    const answer = await send(doctor, '/fhir', body, 'application/fhir+json')
    assert.deepEqual([answer.status, answer.codes.split(' ').find((c) => c === code)], [status, code], `${what}: ${answer.codes}`)
  }
  for (const code of ['body-too-large', 'json-too-many-values', 'json-too-deep']) assert.ok((await traces(code)).length > 0, code)
  assertMemory()
  assert.equal(site.process.exitCode, null)
})
