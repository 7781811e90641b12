/** The screens beside the journey: errors, empty lists, composing, administration, English. Each is photographed and judged. */

import { join } from 'node:path'
import { DEMO_PASSWORD } from '../apps/server/src/box/plan.ts'
import type { Desk } from './browser.ts'
import { walkTheUsualWay } from './keyboard-daily.ts'
import type { Stage } from './stage.ts'
import { type StoryOptions, story, type Tell } from './story.ts'

/** XML13 without a transfer: every finding at once, nothing written. */
const REFUSED = join(import.meta.dirname, '../packages/vietnam/src/claim/testdata/11-invalid-xml13-without-transfer.xml')

let stage: () => Stage
let open: Desk | undefined
const walkers: Record<string, Desk> = {}

const options: StoryOptions = {
  timeout: 600_000,
  async broken() {
    for (const [name, desk] of Object.entries({ ...walkers, ...(open ? { 'other-screen': open } : {}) })) {
      const said = await desk.witness(`broken-${name}`).catch(() => [])
      if (said.length) console.error(`${name}: ${said.join('\n')}`)
    }
  },
}

export function tellOfTheOtherScreens(get: () => Stage): void {
  stage = get
  story('The screens beside the journey', options, tell, async () => {
    await open?.close()
  })
}

async function tell(step: Tell): Promise<void> {
  const { box, chrome } = stage()
  const sit = async (site: string, login: string): Promise<Desk> => {
    await open?.close()
    open = await box.signIn(chrome, site, login)
    return open
  }

  await step('A wrong password is said in words, and the name is kept', async () => {
    open = await chrome.desk()
    const { page } = open
    await page.goto(`${box.province.site('luc-nam').settings.baseUrl}/`)
    await page.getByLabel('Tên đăng nhập').fill('bs.nam')
    await page.getByLabel('Mật khẩu').fill('không phải mật khẩu này')
    await page.getByRole('button', { name: 'Đăng nhập' }).click()
    await page.getByRole('alert').waitFor()
    await open.look('29-sign-in-wrong', { allow: /40[013]|422/ })
  })

  await step('A refused claim file says everything wrong with it at once, with the cure', async () => {
    const desk = await sit('bac-giang', 'chuyenvien')
    const { page } = desk
    await page.getByRole('navigation', { name: 'Chức năng' }).getByRole('link', { name: 'Nhập hồ sơ' }).click()
    await page.getByLabel('Tệp hồ sơ XML').setInputFiles(REFUSED)
    await page.getByText('Từ chối', { exact: true }).waitFor()
    await page.getByText(/Hồ sơ bị từ chối không ghi gì/).waitFor()
    await desk.look('30-import-refused', { allow: /422/ })
  })

  await step('A doctor finds nobody, and is told what to try', async () => {
    const desk = await sit('bac-giang', 'bs.an')
    const { page } = desk
    await page.keyboard.press('Alt+1')
    await page.getByRole('textbox', { name: /Họ tên, CCCD/ }).fill('không ai tên thế này')
    await page.getByText(/Không có người bệnh nào khớp/).waitFor()
    await desk.look('31-find-none')
  })

  await step('From a chart F2 composes a slip that saves itself and says what it lacks', async () => {
    const { page, look } = open ?? (await sit('bac-giang', 'bs.an'))
    await page.getByRole('textbox', { name: /Họ tên, CCCD/ }).fill('nguyen')
    await page.getByRole('row').nth(1).getByRole('link').first().click()
    await page.getByRole('button', { name: /Soạn phiếu chuyển/ }).waitFor()
    await page.keyboard.press('F2')
    await page.getByRole('form', { name: 'Soạn phiếu chuyển' }).waitFor()
    await page.getByRole('textbox', { name: /Hướng điều trị/ }).fill('Đề nghị khám chuyên khoa.')
    await page
      .getByRole('status')
      .filter({ hasText: /đã lưu/ })
      .waitFor()
    await look('32-compose')
    await page.keyboard.press('Alt+3')
    await page.getByRole('heading', { level: 1, name: 'Phiếu nháp' }).waitFor()
    await page.getByRole('row').nth(1).waitFor()
    await look('33-drafts')
  })

  await step('Palette, help and lock', async () => {
    const { page, look } = open ?? (await sit('bac-giang', 'bs.an'))
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog').getByRole('searchbox').or(page.getByRole('dialog').getByRole('textbox')).first().fill('nguyen')
    await page
      .getByRole('dialog')
      .getByText(/NGUYỄN/i)
      .first()
      .waitFor()
    await look('34-palette')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Trợ giúp phím tắt' }).click()
    await page.getByRole('dialog', { name: 'Phím tắt' }).waitFor()
    await look('35-help')
    await page.keyboard.press('Escape')
    await page.goto(`${new URL(page.url()).origin}/no/such/screen`)
    await page.getByText('Không tìm thấy trang hoặc hồ sơ này').waitFor()
    await look('36-not-found')
    await page.keyboard.press('Control+Alt+l')
    await page.getByText('Màn hình đã khóa').waitFor()
    await look('37-locked')
  })

  await step('The password opens the screen again; in English every word is English', async () => {
    const { page, look } = open ?? (await sit('bac-giang', 'bs.an'))
    await page.getByLabel('Mật khẩu').fill(DEMO_PASSWORD)
    await page.keyboard.press('Enter')
    await page.getByText('Màn hình đã khóa').waitFor({ state: 'detached' })
    await page.keyboard.press('Alt+2')
    await page.getByRole('heading', { level: 1, name: 'Khay ký' }).waitFor()
    await page.getByRole('button', { name: /Nguyễn Bình An/ }).click()
    await page.getByRole('menuitem', { name: 'English' }).click()
    await page.getByRole('navigation', { name: 'Functions' }).waitFor()
    await page.getByRole('heading', { level: 1, name: 'Signing tray' }).waitFor()
    await page.getByRole('row').nth(1).waitFor()
    await look('40-english-tray')
    await page.getByRole('row').nth(1).press('Enter')
    await page.getByRole('button', { name: /^Sign/ }).first().waitFor()
    await look('41-english-sign')
    // The language is the person's, at every desk: the doctor of the next story reads Vietnamese.
    await page.getByRole('button', { name: /Nguyễn Bình An/ }).click()
    await page.getByRole('menuitem', { name: 'Tiếng Việt' }).click()
    await page.getByRole('navigation', { name: 'Chức năng' }).waitFor()
  })

  await step('The administrator’s users and the state of the system', async () => {
    const { page, look } = await sit('bac-giang', 'quantri')
    await page.getByRole('row').filter({ hasText: 'bs.an' }).waitFor()
    await look('38-users')
    await page.getByRole('navigation', { name: 'Chức năng' }).getByRole('link', { name: 'Trạng thái hệ thống' }).click()
    await page.getByRole('heading', { level: 1, name: 'Trạng thái hệ thống' }).waitFor()
    await page.getByText('Hàng đợi gửi lên trục').waitFor()
    await look('39-status')
  })

  await walkTheUsualWay(step, { box, chrome, desks: walkers })
}
