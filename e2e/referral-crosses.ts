/** The whole journey in a browser: from the file of the hospital's own system to the outcome in the sender's chart. */

import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import type { Desk } from './browser.ts'
import type { Stage } from './stage.ts'
import { type StoryOptions, story, type Tell } from './story.ts'

/** An inpatient transfer with XML13, QĐ 4750, base64; the slip's number is the HIS's own. */
const CLAIM = join(import.meta.dirname, '../packages/vietnam/src/claim/testdata/03-inpatient-transfer-4750-base64.xml')
const NUMBER = '42/2026/GCT'
const PERSON = 'NGUYỄN THỊ THỬ NGHIỆM'
const PATIENT = new RegExp(PERSON, 'i')
/** What may pass between a click here and a changed screen there. */
const ACROSS = { timeout: 30_000 }

let stage: () => Stage
const desks: Record<string, Desk> = {}

async function sit(name: string, site: string, login: string): Promise<Desk> {
  const { box, chrome } = stage()
  desks[name] = await box.signIn(chrome, site, login)
  return desks[name]
}

function at(name: string): Page {
  const desk = desks[name]
  if (!desk) throw new Error(`nobody sits at ${name}`)
  return desk.page
}

const look = (name: string, picture: string, again = false): Promise<void> =>
  desks[name]?.look(picture, { again }) ?? Promise.reject(new Error(`nobody sits at ${name}`))

/** The row of the referral in the list on screen. */
const slipRow = (page: Page) => page.getByRole('row').filter({ hasText: NUMBER })
const menu = (page: Page, name: string) => page.getByRole('navigation', { name: 'Chức năng' }).getByRole('link', { name })
const part = (page: Page, name: string | RegExp) => page.getByRole('region', { name })

/** What F9 says: it is signed, or the signer takes longer than a person waits and it goes on by itself. */
const signed = (role: string): RegExp => new RegExp(`Chữ ký ${role} đã ghi|Dịch vụ ký chưa trả lời`)

/** The page must not have been loaded anew since `mark` was called. */
async function mark(page: Page): Promise<void> {
  await page.evaluate('globalThis.sameDocument = true')
}
const unreloaded = (page: Page): Promise<boolean> => page.evaluate('globalThis.sameDocument === true')

const options: StoryOptions = {
  timeout: 400_000,
  async broken() {
    for (const [name, desk] of Object.entries(desks)) {
      const said = await desk.witness(`broken-${name}`).catch(() => [])
      if (said.length) console.error(`${name}: ${said.join('\n')}`)
    }
  },
}

/** From the file of the hospital's own system to the outcome in the sender's chart; wants a province without referrals. */
export function tellTheCrossing(get: () => Stage): void {
  stage = get
  story('One signed referral crosses the province', options, tell, async () => {
    await Promise.all(Object.values(desks).map((desk) => desk.close()))
  })
}

async function tell(step: Tell): Promise<void> {
  await step('A private province stands, and its start page shows four sites', async () => {
    const { box, chrome } = stage()
    desks.start = await chrome.desk()
    await at('start').goto(box.province.controlUrl)
    assert.equal(await at('start').getByRole('button', { name: 'Đóng cơ sở này' }).count(), 4)
    await look('start', '01-start-page')
  })

  await step('Bạch Mai’s transfer desk signs in through the real page, and its list is open before anything is sent', async () => {
    const { box, chrome } = stage()
    const desk = await chrome.desk()
    desks.receiver = desk
    await desk.page.goto(`${box.province.site('bach-mai').settings.baseUrl}/`)
    await desk.page.getByRole('heading', { name: 'Bệnh viện Bạch Mai' }).waitFor()
    await look('receiver', '02-sign-in')
    await box.signIn(chrome, 'bach-mai', 'chuyenvien', desk)
    await at('receiver').getByRole('heading', { level: 1, name: 'Phiếu chuyển đã nhận' }).waitFor()
    await at('receiver').getByText('Chưa nhận phiếu chuyển nào').waitFor()
    await look('receiver', '03-received-empty')
  })

  await step('The first page of a desk is light: at most 20 requests and 300 kB', async () => {
    const { requests, bytes } = (await desks.receiver?.firstPage()) ?? { requests: 0, bytes: 0 }
    assert.ok(requests > 3 && requests <= 20, `${requests} requests`)
    assert.ok(bytes > 50_000 && bytes <= 300_000, `${bytes} bytes`)
    await at('receiver').getByText('Chưa nhận phiếu chuyển nào').waitFor()
    await mark(at('receiver'))
  })

  await step('When the referral desk uploads the HIS file, the record and its slip are in', async () => {
    const { page } = await sit('desk', 'bac-giang', 'chuyenvien')
    await menu(page, 'Nhập hồ sơ').click()
    await look('desk', '04-import')
    await page.getByLabel('Tệp hồ sơ XML').setInputFiles(CLAIM)
    const result = part(page, /Kết quả nhập/)
    await result.getByText('Đã nhập mới').waitFor()
    await result.getByRole('link', { name: /Mở trong khay ký.*42.2026.GCT/ }).waitFor()
    await look('desk', '05-import-result')
  })

  await step('The same file again changes nothing', async () => {
    const page = at('desk')
    await page.getByLabel('Tệp hồ sơ XML').setInputFiles(CLAIM)
    await part(page, /Kết quả nhập/)
      .getByText('Không thay đổi')
      .waitFor()
  })

  await step('The doctor finds the patient by a name without accents and reads the chart, every line with its source', async () => {
    const { page } = await sit('doctor', 'bac-giang', 'bs.an')
    await menu(page, 'Tìm người bệnh').click()
    await page.getByRole('textbox', { name: /Họ tên, CCCD/ }).fill('nguyen thi thu nghiem 1990')
    await page.getByRole('row').filter({ hasText: PATIENT }).waitFor()
    await look('doctor', '06-find')
    await page.getByRole('link', { name: PATIENT }).click()
    await page.getByRole('heading', { level: 1, name: PATIENT }).waitFor()
    await part(page, /Chẩn đoán/)
      .getByText('J15.9')
      .waitFor()
    await part(page, /Thuốc/)
      .getByText(/Ceftriaxon/i)
      .first()
      .waitFor()
    await look('doctor', '07-chart')
    await page
      .getByRole('navigation', { name: 'Các phần của hồ sơ' })
      .getByRole('link', { name: /Kết quả/ })
      .click()
    await part(page, /Kết quả cận lâm sàng/)
      .getByRole('row')
      .nth(2)
      .waitFor()
    await look('doctor', '08-chart-results')
  })

  await step('In the tray lies the slip with the HIS’s own number, nothing to type; the doctor signs by keyboard alone', async () => {
    const page = at('doctor')
    await page.keyboard.press('Alt+2')
    await page.getByRole('heading', { level: 1, name: 'Khay ký' }).waitFor()
    await slipRow(page).waitFor()
    await look('doctor', '09-tray')
    await walkTo(page)
    await page.getByRole('heading', { name: new RegExp(`Phiếu chuyển cơ sở KBCB · .*${NUMBER}`) }).waitFor()
    await page.getByRole('button', { name: /Ký số: Bác sĩ/ }).waitFor()
    assert.equal(await page.locator('main').getByRole('textbox').count(), 0, 'nothing to type')
    await look('doctor', '10-sign-doctor')
    await page.keyboard.press('F9')
    await page.getByText(signed('Bác sĩ')).waitFor(ACROSS)
    await page.getByRole('heading', { level: 1, name: 'Khay ký' }).waitFor()
    await slipRow(page).waitFor({ state: 'detached' })
  })

  await step('The authorised signer signs with F9, by keyboard alone', async () => {
    const { page } = await sit('signer', 'bac-giang', 'gd.truong')
    await page.getByRole('heading', { level: 1, name: 'Khay ký' }).waitFor()
    await slipRow(page).waitFor(ACROSS)
    await walkTo(page)
    await page.getByRole('button', { name: /Ký số: Người có thẩm quyền/ }).waitFor()
    await part(page, 'Chữ ký số').getByText('Nguyễn Bình An').waitFor()
    await look('signer', '11-sign-authorised')
    await page.keyboard.press('F9')
    await page.getByText(signed('Người có thẩm quyền')).waitFor(ACROSS)
  })

  await step('Bạch Mai’s list shows it without a reload', async () => {
    const page = at('receiver')
    await slipRow(page).waitFor(ACROSS)
    assert.ok(await unreloaded(page))
    await slipRow(page).getByText('Phiếu đã tới cơ sở nhận').waitFor(ACROSS)
    await look('receiver', '12-received')
  })

  await step('It opens on five lines, with the signatures’ verdicts and the PDF', async () => {
    const page = at('receiver')
    await slipRow(page).getByRole('link', { name: PATIENT }).click()
    const lines = part(page, 'Cần biết ngay')
    await lines.waitFor()
    assert.deepEqual(await lines.getByRole('term').allInnerTexts(), ['Lý do', 'Chẩn đoán', 'Thuốc', 'Kết quả gần nhất', 'Dị ứng'])
    await lines
      .getByText(/Viêm phổi/)
      .first()
      .waitFor()
    await lines
      .getByText(/Ceftriaxon/i)
      .first()
      .waitFor()
    const signatures = part(page, 'Chữ ký số')
    for (const who of ['Nguyễn Bình An', 'Trần Văn Trường']) await signatures.getByText(who).first().waitFor()
    await everyVerdictValid(page, 6)
    await part(page, 'Hồ sơ nơi chuyển chia sẻ')
      .getByText(/Viêm phổi/)
      .first()
      .waitFor()
    await opensPdf(page)
    await look('receiver', '13-referral-receiver')
  })

  await step('The hub’s operator sees the thread pass, and nothing clinical', async () => {
    const { page } = await sit('hub', 'hub', 'vanhanh')
    await page.getByRole('heading', { level: 1, name: 'Trục liên thông' }).waitFor()
    await slipRow(page).waitFor()
    assert.equal(await page.getByText(/Viêm phổi/).count(), 0)
    await look('hub', '14-hub-console')
    await slipRow(page).getByRole('link', { name: PATIENT }).click()
    await page.getByRole('heading', { level: 1, name: `Luồng phiếu ${NUMBER}` }).waitFor()
    await look('hub', '14-hub-thread')
    await desks.hub?.close()
    delete desks.hub
  })

  await step('The desk accepts, and the sender sees it without a reload', async () => {
    const sender = at('desk')
    await menu(sender, 'Đã gửi').click()
    await slipRow(sender).getByText('Phiếu đã tới cơ sở nhận').waitFor(ACROSS)
    await mark(sender)
    await look('desk', '15-sent', true)
    await at('receiver').getByRole('button', { name: 'Tiếp nhận' }).click()
    await slipRow(sender).getByText('Đã tiếp nhận').waitFor(ACROSS)
    assert.ok(await unreloaded(sender))
  })

  await step('With the hub closed, reception registers the arrival all the same; the screen says what waits', async () => {
    await at('start').bringToFront()
    await at('start').getByRole('button', { name: 'Đóng cơ sở này Trục liên thông y tế tỉnh' }).click()
    await at('start').getByText('Đã đóng').waitFor()
    await look('start', '16-start-page-hub-closed', true)
    const { page } = await sit('reception', 'bach-mai', 'tiepdon')
    await menu(page, 'Đã nhận').click()
    await slipRow(page).getByRole('link', { name: PATIENT }).click()
    await page.getByRole('button', { name: 'Người bệnh đã đến' }).click()
    await page.getByText('Chờ trục xác nhận', { exact: true }).waitFor()
    assert.equal(await page.getByText(/Viêm phổi|Ceftriaxon/i).count(), 0, 'reception reads no papers')
    await mark(page)
    await look('reception', '17-arrived-hub-closed')
  })

  await step('Opened again, the hub takes what waited: nobody pressed anything twice', async () => {
    const sender = at('desk')
    await slipRow(sender).getByText('Đã tiếp nhận').waitFor()
    await at('start').getByRole('button', { name: 'Mở lại Trục liên thông y tế tỉnh' }).click()
    await at('reception').getByText('Chờ trục xác nhận', { exact: true }).waitFor({ state: 'detached', timeout: 60_000 })
    assert.ok(await unreloaded(at('reception')))
    await slipRow(sender).getByText('Người bệnh đã đến').waitFor({ timeout: 60_000 })
    assert.ok(await unreloaded(sender))
  })

  await step('The doctor at Bạch Mai starts care and writes the outcome, which saves itself', async () => {
    const { page } = await sit('careDoctor', 'bach-mai', 'bs.mai')
    await menu(page, 'Đã nhận').click()
    await slipRow(page).getByRole('link', { name: PATIENT }).click()
    await page.getByRole('button', { name: 'Bắt đầu điều trị' }).click()
    await slipRow(at('desk')).getByText('Đang điều trị').waitFor(ACROSS)
    await page.getByRole('button', { name: 'Viết phản hồi' }).click()
    await page.getByRole('form', { name: 'Soạn phiếu phản hồi' }).waitFor()
    const fill = (name: string | RegExp, text: string) => page.getByRole('textbox', { name }).fill(text)
    await fill(/Diễn biến, quá trình điều trị/, 'Vào viện theo phiếu chuyển, thở oxy, kháng sinh theo kháng sinh đồ; hết sốt sau ba ngày.')
    await fill(/Kết quả xét nghiệm/, 'Bạch cầu 8,2 G/L; X-quang ngực: tổn thương thu nhỏ.')
    await fill(/Xử trí đã thực hiện/, 'Ceftriaxon 2 g mỗi ngày trong bảy ngày, thở oxy gọng kính.')
    await page.getByRole('combobox', { name: /Kết quả điều trị/ }).selectOption({ label: 'Đỡ' })
    await fill(/Đề nghị theo dõi tiếp/, 'Khám lại sau hai tuần tại nơi chuyển.')
    await page
      .getByRole('status')
      .filter({ hasText: /đã lưu/ })
      .waitFor()
    await look('careDoctor', '18-outcome')
  })

  await step('F9 signs it, the seal follows by itself', async () => {
    const page = at('careDoctor')
    await page.getByRole('button', { name: /Ký số/ }).first().waitFor()
    await page.keyboard.press('F9')
    await page.getByText(signed('Bác sĩ')).waitFor(ACROSS)
    await page.getByText('Lưu phản hồi vào hồ sơ').waitFor({ timeout: 30_000 })
    await look('careDoctor', '19-referral-answered')
  })

  await step('The sender sees the outcome and the loop closed without a reload', async () => {
    const page = at('desk')
    await slipRow(page).getByText('Hoàn tất').waitFor({ timeout: 30_000 })
    await slipRow(page).getByText('Có phản hồi').waitFor()
    assert.ok(await unreloaded(page))
    await look('desk', '20-sent-completed', true)
    await slipRow(page).getByRole('link', { name: PATIENT }).click()
    await part(page, 'Phản hồi của nơi nhận')
      .getByText(/hết sốt sau ba ngày/)
      .waitFor()
    await everyVerdictValid(page, 10)
    await look('desk', '21-referral-completed')
  })

  await step('The chart holds the slip and the outcome, each with its verdicts', async () => {
    const page = at('doctor')
    await menu(page, 'Tìm người bệnh').click()
    await page.getByRole('textbox', { name: /Họ tên, CCCD/ }).fill('nguyen thi thu nghiem')
    await page.getByRole('link', { name: PATIENT }).click()
    const papers = part(page, /^Giấy tờ(?! từ HIS)/)
    await papers.getByRole('row').filter({ hasText: 'Bệnh viện Bạch Mai' }).waitFor()
    await papers.scrollIntoViewIfNeeded()
    await papers.getByText('Hợp lệ').first().waitFor({ state: 'attached' })
    assert.equal(await papers.getByText('Không hợp lệ').count(), 0)
    await look('doctor', '22-chart-documents')
  })

  await step('The auditor sees who read this patient’s record, and verifies the trail', async () => {
    const { page } = await sit('auditor', 'bac-giang', 'kiemsoat')
    await page.getByRole('heading', { level: 1, name: 'Kiểm tra truy cập' }).waitFor()
    await look('auditor', '23-audit')
    await page.getByRole('button', { name: 'Kiểm chứng nhật ký' }).click()
    await page.getByText(/Nhật ký nguyên vẹn/).waitFor({ timeout: 30_000 })
    await look('auditor', '24-audit-verified', true)
    await whoRead(page)
    await look('auditor', '25-who-read')
  })
}

/** Down the list by arrow keys until the slip has the focus, then in by Enter. */
async function walkTo(page: Page): Promise<void> {
  for (let steps = 0; steps < 40; steps++) {
    const text = await page.evaluate<string>("document.activeElement?.closest('tr')?.textContent ?? ''")
    if (text.includes(NUMBER)) {
      await page.keyboard.press('Enter')
      return
    }
    await page.keyboard.press('ArrowDown')
  }
  throw new Error('the arrow keys do not reach the slip')
}

/** Verdicts come from a worker of low priority; the screen learns of them by itself. */
async function everyVerdictValid(page: Page, atLeast: number): Promise<void> {
  const signatures = part(page, 'Chữ ký số')
  const end = Date.now() + 30_000
  for (;;) {
    const verdicts = await signatures
      .locator('[data-state]')
      .getByText(/^(Hợp lệ|Không hợp lệ|Chưa kiểm tra|Chưa xác định|chưa ký)$/)
      .allInnerTexts()
    if (verdicts.length >= atLeast && verdicts.every((one) => one.trim() === 'Hợp lệ')) return
    if (Date.now() > end) assert.fail(`verdicts: ${verdicts.join(', ')}`)
    await page.waitForTimeout(200)
  }
}

/** The link beside the page in the frame gives a PDF. */
async function opensPdf(page: Page): Promise<void> {
  const address = await page.getByRole('link', { name: 'Mở PDF trong thẻ mới' }).getAttribute('href')
  const answer = await page.request.get(new URL(address ?? '', page.url()).href)
  assert.equal(answer.status(), 200)
  assert.match(answer.headers()['content-type'] ?? '', /application\/pdf/)
  assert.equal((await answer.body()).subarray(0, 5).toString(), '%PDF-')
}

/** From a line of the whole log to everything that was done with that person's record. */
async function whoRead(page: Page): Promise<void> {
  const opened = page.getByRole('row').filter({ hasText: 'Nguyễn Bình An' }).filter({ hasText: 'Mở hồ sơ' })
  await opened.first().getByRole('link').click()
  await page.getByRole('heading', { level: 1, name: 'Ai đã xem hồ sơ' }).waitFor()
  for (const who of ['Nguyễn Bình An', 'Hoàng Minh Chuyển', 'Trần Văn Trường'])
    await page.getByRole('row').filter({ hasText: who }).first().waitFor()
}
