/** What a person at a screen waits for, measured in Chromium. */

import { claimFile, stay } from '@yba/people'
import type { Page } from 'playwright-core'
import { DEMO_PASSWORD } from '../apps/server/src/box/plan.ts'
import type { ImportAnswer } from '../apps/server/src/features/insurance/contract.ts'
import { type Chrome, type Desk, openChrome } from '../e2e/browser.ts'
import type { Box } from './box.ts'
import { quantile, report, say } from './report.ts'
import { measureTyping } from './slip.ts'

const CHARTS = 9
const SLIPS = 5

interface Known {
  patient: string
  name: string
  number?: string
}

/** Weight of the first page, paint of the chart, and the way from the tray to the doctor's signature. */
export async function measureBrowser(box: Box): Promise<void> {
  say('browser')
  const people = await importPeople(box)
  const chrome = await openChrome()
  try {
    await measureFirstPage(box, chrome)
    await measureCharts(box, chrome, people)
    await measureSigning(box, chrome, people)
    const desk = await signIn(box, chrome, 'bs.an')
    await measureTyping(desk)
    await desk.close()
  } finally {
    await chrome.close()
  }
}

async function importPeople(box: Box): Promise<Known[]> {
  const desk = await box.signIn('bac-giang', 'chuyenvien')
  const people: Known[] = []
  for (let index = 0; index < CHARTS; index++) {
    const file = claimFile([stay(80_000 + index, { kind: 'inpatient-transfer' })])
    const { status, json } = await desk.upload<ImportAnswer>('/fhir/$import-claim', file, 'application/xml')
    const record = json.records?.[0]
    if (status !== 200 || !record?.patient) throw new Error(`import answered ${status}: ${JSON.stringify(json).slice(0, 500)}`)
    people.push({ patient: record.patient.id, name: record.patient.name, ...(record.referral ? { number: record.referral.number } : {}) })
  }
  return people
}

async function signIn(box: Box, chrome: Chrome, login: string, path = '/'): Promise<Desk> {
  const desk = await chrome.desk()
  const { page } = desk
  await page.goto(box.url('bac-giang') + path)
  await page.getByLabel('Tên đăng nhập').fill(login)
  await page.getByLabel('Mật khẩu').fill(DEMO_PASSWORD)
  await page.getByRole('button', { name: 'Đăng nhập' }).click()
  await page.getByRole('navigation', { name: 'Chức năng' }).waitFor()
  return desk
}

async function measureFirstPage(box: Box, chrome: Chrome): Promise<void> {
  const desk = await signIn(box, chrome, 'chuyenvien')
  await desk.page.getByRole('heading', { level: 1 }).waitFor()
  const { requests, bytes } = await desk.firstPage()
  report('browser', { measure: 'first-page.bytes', value: bytes / 1000, unit: 'kB on the wire', bar: '<= 300' })
  report('browser', { measure: 'first-page.requests', value: requests, unit: 'requests', bar: '<= 20' })
  await desk.close()
}

/** Set before the page's own scripts: notes when the banner and the first lines of the chart have been painted. */
const WATCH = `
  globalThis.chartPainted = undefined
  globalThis.watchChart = (from) => {
    globalThis.chartPainted = undefined
    const look = () => {
      const name = document.querySelector('main h1')?.textContent
      const lines = document.querySelectorAll('main table tbody tr').length
      if (globalThis.wantedName && name?.toUpperCase() === globalThis.wantedName && lines > 3)
        requestAnimationFrame(() => setTimeout(() => { globalThis.chartPainted = performance.now() - from }, 0))
      else requestAnimationFrame(look)
    }
    look()
  }
`

/** Asked again and again from outside: the page's content policy allows no evaluation inside. */
async function painted(page: Page): Promise<number> {
  const end = Date.now() + 30_000
  for (;;) {
    const at = await page.evaluate<number | undefined>('globalThis.chartPainted')
    if (at !== undefined) return at
    if (Date.now() > end) throw new Error(`no chart on ${page.url()}`)
    await page.waitForTimeout(25)
  }
}

/** Cold: a browser with an empty cache opens the chart's address. Warm: the app is open and another chart is chosen. */
async function measureCharts(box: Box, chrome: Chrome, people: Known[]): Promise<void> {
  const cold: number[] = []
  const reloaded: number[] = []
  const warm: number[] = []
  const watchFromStart = (one: Known) => `${WATCH}; globalThis.wantedName = ${JSON.stringify(one.name.toUpperCase())}; watchChart(0)`
  for (const one of people) {
    const desk = await signIn(box, chrome, 'bs.an')
    const { page } = desk
    const wire = await page.context().newCDPSession(page)
    await page.goto('about:blank')
    await wire.send('Network.clearBrowserCache')
    await page.addInitScript(watchFromStart(one))
    await page.goto(`${box.url('bac-giang')}/patients/${one.patient}`)
    cold.push(await painted(page))
    await page.reload()
    reloaded.push(await painted(page))
    await desk.close()
  }
  const { page, close } = await signIn(box, chrome, 'bs.an')
  await page.addInitScript(WATCH)
  await page.goto(`${box.url('bac-giang')}/patients`)
  for (const one of people) {
    await page.getByRole('navigation', { name: 'Chức năng' }).getByRole('link', { name: 'Tìm người bệnh' }).click()
    await page.getByRole('textbox', { name: /Họ tên, CCCD/ }).fill(one.name)
    const link = page.locator(`a[href="/patients/${one.patient}"]`)
    await link.waitFor()
    await page.evaluate(`globalThis.wantedName = ${JSON.stringify(one.name.toUpperCase())}`)
    await page.waitForTimeout(500)
    // From the press itself, which a script makes here; no pointer has rested on the link before.
    await page.evaluate(`watchChart(performance.now()); document.querySelector('a[href="/patients/${one.patient}"]').click()`)
    warm.push(await painted(page))
  }
  await close()
  report('browser', { measure: 'chart.cold.p50', value: quantile(cold, 0.5) / 1000, unit: 's', bar: '<= 1' })
  report('browser', { measure: 'chart.cold.max', value: Math.max(...cold) / 1000, unit: 's' })
  // The very first opening in a tab also fetches the chart's own code.
  report('browser', { measure: 'chart.warm.p50', value: quantile(warm, 0.5), unit: 'ms', bar: '<= 300' })
  report('browser', { measure: 'chart.warm.max', value: Math.max(...warm), unit: 'ms' })
  report('browser', { measure: 'chart.reload.p50', value: quantile(reloaded, 0.5), unit: 'ms' })
}

/** From the tray on screen until the signed slip has left it, at a reading speed of zero: what the machine itself takes. */
async function measureSigning(box: Box, chrome: Chrome, people: Known[]): Promise<void> {
  const times: number[] = []
  let fields = 0
  for (const doctor of ['bs.an', 'bs.yen']) {
    const { page, close } = await signIn(box, chrome, doctor, '/tray')
    for (const one of people) {
      if (times.length >= SLIPS) break
      await page.getByRole('heading', { level: 1, name: 'Khay ký' }).waitFor()
      const row = page.getByRole('row').filter({ hasText: one.number ?? '' })
      if ((await row.count()) === 0) continue
      const begun = performance.now()
      await row.press('Enter')
      const sign = page.getByRole('button', { name: /Ký số: Bác sĩ/ })
      await Promise.race([sign.waitFor(), page.getByText('Bước ký kế tiếp thuộc người khác.').waitFor()])
      if (await sign.count()) {
        fields += await page.locator('main').getByRole('textbox').count()
        await page.keyboard.press('F9')
        await page.getByRole('heading', { level: 1, name: 'Khay ký' }).waitFor()
        await row.waitFor({ state: 'detached' })
        times.push(performance.now() - begun)
      }
      if (new URL(page.url()).pathname !== '/tray') await page.goto(`${box.url('bac-giang')}/tray`)
    }
    await close()
  }
  if (times.length === 0) throw new Error('no slip of the tray could be signed')
  report('browser', { measure: 'tray-to-signature.max', value: Math.max(...times) / 1000, unit: 's', bar: '<= 20' })
  report('browser', { measure: 'tray-to-signature.p50', value: quantile(times, 0.5) / 1000, unit: 's' })
  report('browser', { measure: 'tray-to-signature.fields-typed', value: fields, unit: 'fields', bar: '0' })
}
