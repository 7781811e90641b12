/**
 * What the clock does to a slip, what a person does about a message nobody could hand over, and the demo's switches: by
 * keyboard alone. The province is closed and opened again eight days later, the facilities before the hub.
 */

import assert from 'node:assert/strict'
import type { Hands } from './keyboard.ts'
import type { PrivateProvince } from './province.ts'
import type { Slips } from './slips.ts'
import type { Tell } from './story.ts'

const ACROSS = { timeout: 120_000 }
const DAY_MS = 86_400_000
/** Longer than every timer of the table but the year of a slip. */
const LATER_DAYS = 8
const FACILITIES = ['bac-giang', 'luc-nam', 'bach-mai']

interface Made {
  id: string
  number: string
}

export interface Waiting {
  box: PrivateProvince
  slips: Slips
  /** A signed slip, open at those who act on it. */
  slipAt(places: Partial<Record<string, 'sent' | 'received'>>): Promise<Made>
  /** A slip that is signed and goes nowhere yet. */
  signed(): Promise<Made>
  sit(name: string, site: string, login: string): Promise<Hands>
  hands(name: string): Hands
}

const shown = (days: number): string =>
  new Date(Date.now() + days * DAY_MS + 7 * 3_600_000).toISOString().slice(0, 10).split('-').reverse().join('/')

async function exchangePage(hands: Hands): Promise<void> {
  await hands.press('Control+Alt+x')
  await hands.page.getByRole('heading', { level: 1, name: 'Liên thông' }).waitFor(ACROSS)
}

export async function walkTheClock(step: Tell, get: () => Waiting): Promise<void> {
  const slips: Record<'missed' | 'silent' | 'unanswered' | 'stuck', Made> = {
    missed: { id: '', number: '' },
    silent: { id: '', number: '' },
    unanswered: { id: '', number: '' },
    stuck: { id: '', number: '' },
  }

  await step('Three slips begin to wait, a fourth is signed while the hub is closed', async () => {
    const { box, slipAt, signed, hands } = get()
    slips.missed = await slipAt({ desk: 'received' })
    await hands('desk').step('accept')
    await hands('desk').step('schedule', { day: shown(1) })
    slips.silent = await slipAt({ desk: 'received', sender: 'sent' })
    await hands('desk').step('accept')
    await hands('sender').sees('accepted')
    await hands('sender').step('request-cancel', { reason: 'Người bệnh xin về.' })
    await hands('desk').sees('cancel-requested')
    slips.unanswered = await slipAt({ reception: 'received', doctor: 'received', sender: 'sent' })
    await hands('reception').step('arrive')
    await hands('doctor').step('start-care')
    await hands('doctor').step('end-care', 'sure')
    await hands('sender').sees('in-care')
    await hands('doctor')
      .page.getByText('Chờ trục xác nhận', { exact: true })
      .waitFor({ state: 'detached', ...ACROSS })
    await box.province.site('hub').stop()
    slips.stuck = await signed()
    for (const name of FACILITIES) await box.province.site(name).stop()
  })

  await step(
    'Eight days later, the hub still closed: the administrator finds the message nobody took, and says it went on paper',
    async () => {
      const { box, sit } = get()
      for (const name of [...FACILITIES, 'hub']) box.province.site(name).settings.clockOffsetSeconds = (LATER_DAYS * DAY_MS) / 1000
      for (const name of FACILITIES) await box.province.site(name).start()
      await sit('sender', 'bac-giang', 'chuyenvien')
      // The letter is the administrator's: only they may say what became of it.
      const admin = await sit('admin', 'bac-giang', 'quantri')
      const { page, press, to } = admin
      await exchangePage(admin)
      const row = page.locator('tr[data-row]').filter({ hasText: slips.stuck.number }).filter({ hasText: 'Quá 72 giờ chưa gửi được' })
      await row.first().waitFor(ACROSS)
      await to(new RegExp(slips.stuck.number.replaceAll('/', '\\/')), 60)
      await press('Enter')
      await page.getByRole('dialog').getByText('In phiếu giấy cho người bệnh mang theo.').waitFor(ACROSS)
      await to(/^Đã giao bằng giấy/, 20)
      await press('Enter')
      const asked = page.getByRole('dialog', { name: /Xử lý tin/ })
      await asked.waitFor()
      await admin.holds('TEXTAREA')
      await admin.type('Người nhà đã cầm phiếu giấy.')
      await press('Control+Enter')
      await asked.waitFor({ state: 'detached', ...ACROSS })
      await page.getByRole('dialog').getByText('Người nhà đã cầm phiếu giấy.').waitFor(ACROSS)
      await press('Escape')
      await page.getByText('Không có tin nào cần người xử lý').waitFor(ACROSS)
    },
  )

  await step('The hub opens: missed, cancelled and closed, seen at both facilities', async () => {
    const { box, sit, hands } = get()
    await box.province.site('hub').start()
    const desk = await sit('desk', 'bach-mai', 'chuyenvien')
    for (const [slip, state] of [
      [slips.silent, 'cancelled'],
      [slips.unanswered, 'closed-no-outcome'],
      [slips.missed, 'no-show'],
    ] as const) {
      await hands('sender').open('sent', slip.number)
      await hands('sender').sees(state)
      await desk.open('received', slip.number)
      await desk.sees(state)
    }
    await desk.step('reschedule', { day: shown(LATER_DAYS + 3) })
    await hands('sender').sees('scheduled')
  })

  await step('A period is sent again: what a person settled is left alone, and the list says how far it came', async () => {
    const { hands } = get()
    const sender = hands('sender')
    const { page, part, press, to } = sender
    await exchangePage(sender)
    await to(/^Cần xử lý|^Gửi đi/, 30)
    while ((await page.locator('[role="tab"][aria-selected="true"]').getAttribute('id')) !== 'tab-out') await press('ArrowRight')
    await to(/Theo khoảng thời gian/, 30)
    await press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.waitFor()
    await sender.holds('INPUT')
    await press('Tab', 'Control+a')
    await sender.type(`${shown(LATER_DAYS + 1)} 00:00`)
    await dialog.getByText(/Sẽ gửi lại \d+ tin/).waitFor(ACROSS)
    await to(/^Lý do/)
    await sender.type('Trục vừa mở lại.')
    await to(/^Bắt đầu/)
    await press('Enter')
    await dialog.waitFor({ state: 'detached', ...ACROSS })
    await part(/^Gửi đi/)
    while ((await page.locator('[role="tab"][aria-selected="true"]').getAttribute('id')) !== 'tab-replays') await press('ArrowRight')
    await page.getByRole('row').filter({ hasText: 'Trục vừa mở lại.' }).getByText('Xong').waitFor(ACROSS)
  })

  await step('A switch of the demo is turned and turned back; its badge follows', async () => {
    const { sit } = get()
    const admin = await sit('admin', 'bac-giang', 'quantri')
    const { page, press, part } = admin
    await exchangePage(admin)
    const badge = page.locator('#demo-switches tr').filter({ hasText: 'OCSP' })
    await badge.waitFor(ACROSS)
    await part(/^Cách trả lời của OCSP/)
    await press('ArrowDown')
    await page.locator('#demo-switches tr[data-mode="slow"]').filter({ hasText: 'OCSP' }).waitFor(ACROSS)
    await admin.holds('SELECT')
    await press('ArrowUp')
    await page.locator('#demo-switches tr[data-mode="normal"]').filter({ hasText: 'OCSP' }).waitFor(ACROSS)
    assert.equal(await page.locator('#demo-switches tr:not([data-mode="normal"])[data-mode]').count(), 0)
  })
}
