/** The exchange page tells the truth: the hub stops, the page says so within seconds; it comes back, the queue drains. */
import assert from 'node:assert/strict'
import { DEMO_PASSWORD } from '../apps/server/src/box/plan.ts'
import type { ReferralView } from '../apps/server/src/features/referral/contract.ts'
import { type SignedIn, signIn } from '../apps/server/src/testing/browser.ts'
import type { Desk } from './browser.ts'
import type { Stage } from './stage.ts'
import { type StoryOptions, story, type Tell } from './story.ts'

let stage: () => Stage
let desk: Desk | undefined
let number = ''

const post = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

/** A slip of the tray is signed by the doctor and the authorised signer; the seal follows by itself. */
async function sendOne(): Promise<string> {
  const url = stage().box.province.site('bac-giang').settings.baseUrl
  const [doctor, signer]: SignedIn[] = await Promise.all(['bs.an', 'gd.truong'].map((login) => signIn(url, login, DEMO_PASSWORD)))
  assert.ok(doctor && signer)
  const { rows } = await doctor.json<{ rows: { id: string; number: string }[] }>('/fhir/Task/$worklist?list=tray')
  for (const row of rows) {
    const signed = await doctor.fetch(`/fhir/Task/${row.id}/$sign`, post({ kind: 'referral', role: 'doctor' }))
    if (!signed.ok) continue
    for (let i = 0; i < 100; i++) {
      const view = await signer.json<ReferralView>(`/fhir/Task/${row.id}/$view`)
      if (!view.waitingFor.some((w) => w.role === 'doctor')) break
      await new Promise((done) => setTimeout(done, 100))
    }
    await signer.json(`/fhir/Task/${row.id}/$sign`, post({ kind: 'referral', role: 'authorised' }))
    return row.number
  }
  throw new Error('no slip of the tray could be signed')
}

const figure = (name: string) => desk?.page.locator(`[data-figure="${name}"]`) ?? assert.fail('no desk')

const options: StoryOptions = {
  timeout: 300_000,
  async broken() {
    const said = await desk?.witness('broken-exchange').catch(() => [])
    if (said?.length) console.error(said.join('\n'))
  },
}

export function tellOfTheExchange(get: () => Stage): void {
  stage = get
  story('The exchange page tells the truth while the hub is away', options, tell, async () => {
    await desk?.close()
  })
}

async function tell(step: Tell): Promise<void> {
  const { box, chrome } = stage()
  await step('The line is up, nothing waits', async () => {
    desk = await box.signIn(chrome, 'bac-giang', 'chuyenvien')
    await desk.page.getByRole('navigation', { name: 'Chức năng' }).getByRole('link', { name: 'Liên thông' }).click()
    await desk.page.getByRole('heading', { level: 1, name: 'Liên thông' }).waitFor()
    await figure('line').getByText('Thông', { exact: true }).waitFor()
    await desk.look('60-exchange-quiet')
  })

  await step('The own server restarts under an open page: the frame stays and says so, the next page comes by itself', async () => {
    assert.ok(desk)
    const { page } = desk
    const menu = page.getByRole('navigation', { name: 'Chức năng' })
    await box.province.site('bac-giang').stop()
    await menu.getByRole('link', { name: 'Thẩm quyền ký' }).click()
    await page.getByText('Không liên lạc được với máy chủ').first().waitFor()
    await menu.waitFor()
    await desk.look('68-own-server-away', { allow: /ERR_CONNECTION|ApiError: HTTP 0/ })
    await box.province.site('bac-giang').start()
    await page.getByRole('heading', { level: 1, name: 'Thẩm quyền ký' }).waitFor({ timeout: 60_000 })
    await menu.getByRole('link', { name: 'Liên thông' }).click()
    await figure('line').getByText('Thông', { exact: true }).waitFor({ timeout: 60_000 })
    // What the page said while it called a server that was not there belongs to this step.
    await desk.look('68-own-server-back', { allow: /ERR_CONNECTION|ApiError: HTTP 0/, again: true })
  })

  await step('The hub stops: within seconds the page says so, and a slip that is signed waits', async () => {
    assert.ok(desk)
    await box.province.site('hub').stop()
    await figure('line').getByText('Mất liên lạc').waitFor({ timeout: 20_000 })
    await desk.page.getByText(/Chưa liên lạc được với trục liên thông từ/).waitFor()
    number = await sendOne()
    const row = desk.page.getByRole('row').filter({ hasText: number })
    await row.getByText('Chờ gửi').waitFor({ timeout: 20_000 })
    await desk.look('61-exchange-down')
    await row.first().press('Enter')
    await desk.page.getByRole('dialog').getByText('Những lần không thành').waitFor()
    await desk.look('62-exchange-story')
    await desk.page.keyboard.press('Escape')
  })

  await step('The hub is back: the page shows the line, the queue drained and where the slip is', async () => {
    assert.ok(desk)
    await box.province.site('hub').start()
    await figure('line').getByText('Thông', { exact: true }).waitFor({ timeout: 30_000 })
    await figure('waiting').getByText('0', { exact: true }).waitFor({ timeout: 30_000 })
    await desk.page.getByRole('row').filter({ hasText: number }).first().getByText('Tin đã tới cơ sở nhận').waitFor({ timeout: 30_000 })
    await desk.look('63-exchange-drained', { again: true })
    await desk.page.getByRole('button', { name: /Theo khoảng thời gian/ }).click()
    await desk.page
      .getByRole('dialog')
      .getByText(/\d+ tin/)
      .waitFor()
    await desk.look('64-exchange-replay')
    await desk.page.keyboard.press('Escape')
    await desk.page.getByRole('tab', { name: /Cảnh báo/ }).click()
    await desk.look('65-exchange-alerts')
    await desk.close()
  })

  await step('The hub’s console: nodes, the month, what is stuck', async () => {
    desk = await box.signIn(chrome, 'hub', 'vanhanh')
    await desk.page.getByRole('heading', { level: 1, name: 'Trục liên thông' }).waitFor()
    await desk.page
      .getByRole('region', { name: /Các cơ sở/ })
      .getByRole('row')
      .nth(1)
      .waitFor()
    await desk.page.getByRole('region', { name: /Luồng bị kẹt/ }).waitFor()
    await desk.look('66-hub-console')
    await desk.page.getByRole('navigation', { name: 'Chức năng' }).getByRole('link', { name: 'Cơ sở vào trục' }).click()
    // The console has rows of the same facility: the new page must stand before its row is looked for.
    await desk.page.getByRole('heading', { level: 1, name: 'Cơ sở vào trục' }).waitFor()
    await desk.page.getByRole('row').filter({ hasText: '24997' }).waitFor()
    await desk.look('68-joining')
    await desk.page.goto(`${box.province.site('hub').settings.baseUrl}/status`)
    await desk.page.getByText('Hệ thống đang hoạt động.').waitFor()
    await desk.look('67-status')
    // The page behind a slip's code, on the phone that scanned it; on paper nothing asks for another code.
    await desk.page.setViewportSize({ width: 390, height: 844 })
    await desk.page.goto(`${box.province.site('hub').settings.baseUrl}/p`)
    await desk.page.getByRole('heading', { name: 'Kiểm tra một mã', exact: true }).waitFor()
    await desk.look('67-slip-page')
    assert.ok((await desk.page.evaluate<number>('document.documentElement.scrollWidth')) <= 390)
    await desk.page.emulateMedia({ media: 'print' })
    assert.equal(await desk.page.getByRole('heading', { name: 'Kiểm tra một mã', exact: true }).isVisible(), false)
    await desk.close()
  })

  await step('The health department’s official: every facility of the list in a table, and one looked up in the directory', async () => {
    desk = await box.signIn(chrome, 'hub', 'soyte')
    const { page } = desk
    await page.getByRole('heading', { level: 1, name: 'Liên thông phiếu chuyển của các cơ sở' }).waitFor()
    await page
      .getByRole('region', { name: /^Cơ sở/ })
      .getByText('Trung tâm Y tế Lục Nam')
      .waitFor()
    await desk.look('68-department')
    await page.getByRole('navigation', { name: 'Chức năng' }).getByRole('link', { name: 'Danh bạ cơ sở' }).click()
    await page.getByRole('textbox', { name: /tên cũ/ }).fill('luc nam')
    await page
      .getByRole('region', { name: /^Cơ sở/ })
      .getByText('Trung tâm Y tế Lục Nam')
      .click()
    await page
      .getByRole('region', { name: /Lịch sử/ })
      .getByText(/kế hoạch/)
      .waitFor()
    await desk.look('69-directory')
  })
}
