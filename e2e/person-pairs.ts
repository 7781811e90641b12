/**
 * The hub is not sure: two facilities send almost the same person. The operator judges by keyboard, pair after pair, and takes
 * a word back.
 */
import assert from 'node:assert/strict'
import { claimFile, type Person as Patient, stay } from '@yba/people'
import { type Person, signIn } from '../apps/server/src/box/journey/person.ts'
import { DEMO_PASSWORD } from '../apps/server/src/box/plan.ts'
import type { ImportAnswer } from '../apps/server/src/features/insurance/contract.ts'
import type { ReferralView } from '../apps/server/src/features/referral/contract.ts'
import { type Desk, SCREEN } from './browser.ts'
import type { PrivateProvince } from './province.ts'
import type { Stage } from './stage.ts'
import { story, type Tell } from './story.ts'

const PHONE = { width: 390, height: 844 }
const ACROSS = { timeout: 60_000 }

interface Sender {
  site: string
  code: string
  doctors: string[]
  signer: string
}
const BAC_GIANG: Sender = { site: 'bac-giang', code: '24997', doctors: ['bs.an', 'bs.yen'], signer: 'gd.truong' }
const LUC_NAM: Sender = { site: 'luc-nam', code: '24998', doctors: ['bs.nam'], signer: 'gd.luc' }

/** A slip of this facility for this person, signed by all, on its way to Bạch Mai. */
async function send(box: PrivateProvince, from: Sender, seed: number, person?: Patient): Promise<Patient> {
  const url = box.province.site(from.site).settings.baseUrl
  const people = await Promise.all(['chuyenvien', from.signer, ...from.doctors].map((login) => signIn(url, login, DEMO_PASSWORD)))
  const [desk, signer, ...doctors] = people as [Person, Person, ...Person[]]
  const patient = person ? { patient: { person, mrn: `${from.code}-${seed}` } } : {}
  const record = stay(seed, { kind: 'inpatient-transfer', facility: from.code, ...patient })
  const { json } = await desk.upload<ImportAnswer>('/fhir/$import-claim', claimFile([record]), 'application/xml')
  const slip = json.records[0]?.referral
  assert.ok(slip, JSON.stringify(json))
  const sign = { kind: 'referral', role: 'doctor' }
  await Promise.any(doctors.map((doctor) => doctor.post(`/fhir/Task/${slip.id}/$sign`, sign)))
  for (;;) {
    const view = await desk.get<ReferralView>(`/fhir/Task/${slip.id}/$view`)
    if (!view.waitingFor.some((one) => one.role === 'doctor')) break
    await new Promise((done) => setTimeout(done, 100))
  }
  await signer.post(`/fhir/Task/${slip.id}/$sign`, { kind: 'referral', role: 'authorised' })
  return record.person
}

/** The same number under the name of a brother or sister. */
const sibling = (one: Patient): Patient => ({ ...one, name: [...one.name.split(' ').slice(0, -1), 'THẢO'].join(' ') })

export function tellOfThePairs(get: () => Stage): void {
  let open: Desk | undefined
  const broken = async (): Promise<void> => {
    const said = await open?.witness('broken-pairs')
    if (said?.length) console.error(said.join('\n'))
  }
  story(
    'Pairs of persons the hub is not sure about',
    { timeout: 300_000, broken },
    (step) => tell(get(), step, (desk) => (open = desk)),
    async () => open?.close(),
  )
}

async function tell({ box, chrome }: Stage, step: Tell, sit: (desk: Desk) => Desk): Promise<void> {
  const desk = sit(await box.signIn(chrome, 'hub', 'vanhanh'))
  const { page, look } = desk
  const keys = page.keyboard
  const list = page.locator('#reviews')
  const rows = list.locator('tr[data-row]')
  const dialog = page.getByRole('dialog')
  const focused = (): Promise<string> => page.evaluate('document.activeElement.value || document.activeElement.tagName')

  await step('Two facilities send two pairs of almost the same person: both wait, with what differs in full', async () => {
    for (const seed of [71_001, 71_003]) await send(box, LUC_NAM, seed + 1, sibling(await send(box, BAC_GIANG, seed)))
    await page.reload()
    await rows.nth(1).waitFor(ACROSS)
    await list.scrollIntoViewIfNeeded()
    await list.getByText('có thể là anh chị em sinh đôi').first().waitFor()
    await look('95-pairs')
  })

  await step('By keyboard alone: the first is decided, the second comes into the same dialog with the focus on its question', async () => {
    await rows.first().focus()
    await keys.press('Enter')
    await dialog.getByText('Còn 1 cặp khác đang chờ.').waitFor()
    assert.equal(await focused(), 'same')
    // A style sheet that is not there draws the mark of a choice as a black disc of its own.
    const mark = await dialog.locator('.mantine-Radio-icon').first().boundingBox()
    assert.ok(mark === null || mark.width < 12, `the mark of a choice is ${mark?.width} wide`)
    await look('96-pair')
    await keys.press('Control+Enter')
    await dialog.getByText('Chọn một trong hai.').waitFor()
    await keys.press('ArrowDown')
    await keys.press('Tab')
    await keys.insertText('Đã gọi hai cơ sở: hai anh em, dùng nhầm thẻ.')
    const held = Promise.withResolvers<void>()
    const decide = (url: URL): boolean => url.pathname.endsWith('/$review-decide')
    await page.route(decide, (route) => held.promise.then(() => route.continue()), { times: 1 })
    await keys.press('Control+Enter')
    await dialog.locator('button[data-loading]').waitFor()
    const off = await page.evaluate<number>(`(() => {
      const middle = (selector) => { const { top, height } = document.querySelector(selector).getBoundingClientRect(); return top + height / 2 }
      return Math.abs(middle('button[data-loading]') - middle('button[data-loading] .mantine-Loader-root'))
    })()`)
    held.resolve()
    assert.ok(off <= 2, `the wheel of a busy button is ${off} px off its middle`)
    await dialog.getByText('Còn 1 cặp khác đang chờ.').waitFor({ state: 'detached' })
    await dialog.getByRole('radio', { name: 'Hai người khác nhau', checked: false }).waitFor()
    assert.equal(await focused(), 'same')
  })

  await step('On a phone no number of the comparison is broken, and nothing lies beyond the edge', async () => {
    await page.setViewportSize(PHONE)
    await look('97-pair-phone', { again: true })
    const cells = await page.evaluate<[string, number][]>(
      "[...document.querySelectorAll('[role=dialog] tbody td')].map((one) => [one.textContent, one.getBoundingClientRect().height])",
    )
    assert.ok(
      cells.some(([text]) => /^\d{12}$/.test(text)),
      'the citizen number is shown',
    )
    const broken = cells.filter(([text, height]) => /^\d{10,}$/.test(text) && height > 26)
    assert.deepEqual(broken, [])
    await keys.press('Space')
    await keys.press('Tab')
    await keys.insertText('Đã xem giấy tờ gốc ở cả hai cơ sở.')
    await keys.press('Control+Enter')
    await dialog.waitFor({ state: 'detached' })
    assert.ok((await page.evaluate<number>('document.documentElement.scrollWidth')) <= PHONE.width)
    await page.setViewportSize(SCREEN)
  })

  await step('What was decided lies in a list of its own; a word is taken back with its reason', async () => {
    await list.getByText('Không có hồ sơ nào cần đối chiếu.').waitFor()
    await list.getByText('Đã quyết định', { exact: true }).click()
    await rows.nth(1).waitFor()
    await look('98-pairs-decided', { again: true })
    await rows.filter({ hasText: 'Hai người khác nhau' }).focus()
    await keys.press('Enter')
    await dialog.getByText('dùng nhầm thẻ').waitFor()
    assert.equal(await focused(), 'TEXTAREA')
    await keys.insertText('Cơ sở vừa gửi lại giấy tờ đúng.')
    await keys.press('Control+Enter')
    await dialog.waitFor({ state: 'detached' })
    await list.getByText('Chờ đối chiếu', { exact: true }).first().click()
    await rows.first().waitFor()
    assert.equal(await rows.count(), 1)
  })
}
