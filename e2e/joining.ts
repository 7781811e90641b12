/** A facility joins: the operator goes from step to step by keyboard, and is told what to say where a test fails or the seal is missing. */
import assert from 'node:assert/strict'
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { type Person, signIn } from '../apps/server/src/box/journey/person.ts'
import { DEMO_PASSWORD } from '../apps/server/src/box/plan.ts'
import { TESTS, type TestResult } from '../apps/server/src/features/joining/contract.ts'
import { fingerprintOf, signKeyRequest } from '../apps/server/src/features/joining/key-request.ts'
import { putAct } from '../apps/server/src/features/joining/tables.ts'
import { openPool } from '../apps/server/src/store/index.ts'
import { type Desk, SCREEN } from './browser.ts'
import type { PrivateProvince } from './province.ts'
import type { Stage } from './stage.ts'
import { story, type Tell } from './story.ts'

const FACILITY = { code: '24999', name: 'Trung tâm Y tế Yên Thế' }
const PHONE = { width: 390, height: 844 }
const YEAR_MS = 31_536_000_000

/** A request as the hospital's machine makes it, and what its clerk reads out. */
async function request(): Promise<{ text: string; fingerprint: string }> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' })
  const kid = randomUUID()
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid }
  const notAfter = new Date(Date.now() + YEAR_MS).toISOString()
  const text = await signKeyRequest({ facility: FACILITY.code, jwk, notAfter }, { kid, privateKey })
  return { text, fingerprint: await fingerprintOf(jwk) }
}

/** What the tests of the new node said; there is no such node here. */
async function tested(box: PrivateProvince, failed: Partial<Record<TestResult['name'], string>>): Promise<void> {
  const pool = openPool(box.province.site('hub').settings.database, 1)
  try {
    const tests = TESTS.map((name) => ({ name, ok: failed[name] === undefined, detail: failed[name] ?? '12 ms' }))
    const db = { sql: async (text: string, values?: unknown[]) => (await pool.query(text, values)).rows as never }
    await putAct(db, FACILITY.code, { act: 'tested', facts: { tests } }, { id: 'node', name: FACILITY.name }, new Date())
  } finally {
    await pool.end()
  }
}

export function tellOfTheJoining(get: () => Stage): void {
  let open: Desk | undefined
  const broken = async (): Promise<void> => {
    const said = await open?.witness('broken-joining')
    if (said?.length) console.error(said.join('\n'))
  }
  story(
    'A facility joins the exchange',
    { timeout: 300_000, broken },
    (step) => tell(get(), step, (desk) => (open = desk)),
    async () => open?.close(),
  )
}

async function tell({ box, chrome }: Stage, step: Tell, sit: (desk: Desk) => Desk): Promise<void> {
  const hub = box.province.site('hub').settings.baseUrl
  const operator: Person = await signIn(hub, 'vanhanh', DEMO_PASSWORD)
  const desk = sit(await box.signIn(chrome, 'hub', 'vanhanh'))
  const { page, look } = desk
  const keys = page.keyboard
  const guide = page.locator('#joining-guide')
  /** The name, or the words, of what has the focus. */
  const focused = (): Promise<string> => page.evaluate('document.activeElement.name || document.activeElement.textContent.trim()')
  const now = (name: string) => guide.locator(`[data-step="${name}"][data-state="open"]`).waitFor()

  await step('Where everybody of the directory is there already, the page says how another one gets into it', async () => {
    await page.getByRole('navigation', { name: 'Chức năng' }).getByRole('link', { name: 'Cơ sở vào trục' }).click()
    await page.getByRole('button', { name: 'Thêm cơ sở' }).click()
    await page.getByRole('dialog').getByText('directory import ds.csv').waitFor()
    await look('80-joining-none')
    await keys.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })

  await step('Each step that is done hands the focus to the next', async () => {
    await operator.post('/fhir/Organization/$import-directory', { facilities: [{ ...FACILITY, managingBody: 'Sở Y tế' }] })
    await page.reload()
    await page.getByRole('button', { name: 'Thêm cơ sở' }).click()
    await page.getByRole('dialog').getByLabel('Cơ sở').selectOption(FACILITY.code)
    await page.getByRole('dialog').getByRole('button', { name: 'Thêm cơ sở' }).click()
    await now('agreement')
    await guide.getByLabel('Số thỏa thuận').fill('12/TT-LT')
    await guide.getByLabel('Ngày ký').fill('2026-11-20')
    await guide.getByLabel('Đầu mối').fill('Trần Thị Máy, 0240 3999 111')
    await keys.press('Enter')
    await now('key')
    await page.waitForFunction('document.activeElement !== document.body')
    assert.match(await focused(), /hub-card\.json/)
    const { text, fingerprint } = await request()
    await keys.press('Tab')
    assert.equal(await focused(), 'request')
    await keys.insertText(text)
    await keys.press('Tab')
    await keys.press('Enter')
    await guide.getByLabel('Dấu vân tay').waitFor()
    await guide.getByLabel('Dấu vân tay').fill(fingerprint)
    await guide.getByLabel('Đã gọi số nào').fill('0240 3999 111, chị Máy')
    await keys.press('Enter')
    await now('tests')
  })

  await step('A test that fails says what the operator tells the hospital; a seal that ran out is not a seal that is missing', async () => {
    await tested(box, { clock: '140000 ms', feed: 'hub-unreachable', seal: 'signing-certificate-expired' })
    await guide.locator('[data-test="clock"]').getByText('đặt theo NTP').waitFor()
    await guide.locator('[data-test="feed"]').getByText('60 giây').waitFor()
    await guide.locator('[data-test="seal"]').getByText('thay chứng thư').waitFor()
    await look('81-joining-failed')
    await page.setViewportSize(PHONE)
    assert.ok((await page.evaluate<number>('document.documentElement.scrollWidth')) <= PHONE.width)
    await look('82-joining-phone', { again: true })
    await page.setViewportSize(SCREEN)
  })

  await step('Without a seal it may go live, and the list says so', async () => {
    await tested(box, { seal: 'seal-missing' })
    await now('decision')
    await guide.getByText('Cơ sở này chưa đóng được con dấu số.').waitFor()
    await guide.getByLabel('Ai quyết định').fill('Giám đốc Sở, họp ngày 23/11/2026.')
    await look('83-joining-decision')
    await keys.press('Control+Enter')
    await page.locator('#joinings').getByRole('row').filter({ hasText: FACILITY.code }).getByText('chưa có con dấu').waitFor()
    await look('84-joining-live', { again: true })
  })
}
