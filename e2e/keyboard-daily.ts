/** The usual way of a slip, each step by the role it belongs to, by keyboard alone, seen at the other side without a reload. */

import assert from 'node:assert/strict'
import type { ReferralEvent } from '../apps/server/src/features/referral/transitions.ts'
import type { Chrome, Desk } from './browser.ts'
import { type Hands, handsAt } from './keyboard.ts'
import type { PrivateProvince } from './province.ts'
import { slipsOf } from './slips.ts'
import type { Tell } from './story.ts'

const SEED = 81_001

const inTwoDays = (): string => new Date(Date.now() + 55 * 3_600_000).toISOString().slice(0, 10).split('-').reverse().join('/')

interface Places {
  box: PrivateProvince
  chrome: Chrome
  /** Who sits where, to photograph when a step fails. */
  desks: Record<string, Desk>
  /** Steps taken so far. */
  walked?: Set<ReferralEvent>
}

export async function walkTheUsualWay(step: Tell, { box, chrome, desks, walked }: Places): Promise<void> {
  const at: Record<string, Hands> = {}
  const sit = async (name: string, site: string, login: string): Promise<Hands> => {
    const desk = await box.signIn(chrome, site, login)
    desks[name] = desk
    at[name] = handsAt(desk.page, walked)
    return at[name]
  }
  const hands = (name: string): Hands => at[name] ?? assert.fail(`nobody sits at ${name}`)
  const slip = { id: '', number: '' }

  await step('By keyboard: the receiver’s desk asks, the sender’s desk answers, each sees it without a reload', async () => {
    const slips = await slipsOf(box)
    Object.assign(slip, await slips.make(SEED))
    await slips.sign(slip)
    const [desk, sender] = [await sit('desk', 'bach-mai', 'chuyenvien'), await sit('sender', 'bac-giang', 'chuyenvien')]
    await desk.open('received', slip.number)
    await sender.open('sent', slip.number)
    await desk.step('ask-info', { reason: 'Đã chụp CT sọ não chưa?' })
    await sender.sees('info-needed')
    await sender.page.getByText('Đã chụp CT sọ não chưa?').first().waitFor()
    await sender.step('add-info', { reason: 'Đã chụp, không xuất huyết.' })
    await desk.sees('delivered')
    await desk.page.getByText('Đã chụp, không xuất huyết.').first().waitFor()
  })

  await step('By keyboard: keys typed faster than the screen is drawn never take a step nobody meant', async () => {
    const desk = hands('desk')
    const { page } = desk
    const all = (...keys: string[]) => Promise.all(keys.map((key) => page.keyboard.press(key)))
    await desk.open('received', slip.number)
    await desk.sees('delivered')
    // Open, down, enter in one go: the first entry of the menu, not the button that had the focus.
    await desk.to(/^Tiếp nhận/)
    await all('F7', 'ArrowDown', 'Enter')
    const dialog = page.getByRole('dialog')
    await dialog.waitFor()
    await desk.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await desk.holds('BUTTON')
    await desk.to(/^Tiếp nhận/, 0)
    // The way into a dialog and its first words; the key of a step behind it does nothing.
    await desk.to(/^Đề nghị nơi khác/)
    await all('Enter', 'g', 'h', 'F8', 'i', 'Escape')
    await dialog.waitFor({ state: 'detached' })
    await desk.holds('BUTTON')
    await desk.to(/^Đề nghị nơi khác/, 0)
    await desk.sees('delivered')
    // An impatient finger: what the second press would take was not there for anybody to read.
    await all('F8', 'F8')
    await page.getByRole('button', { name: 'Người bệnh đã đến', exact: true }).waitFor({ timeout: 120_000 })
    await all('F8', 'F8')
    await desk.sees('accepted')
    await hands('sender').sees('accepted')
  })

  await step('By keyboard: a day is given, a cancelling is refused', async () => {
    await hands('desk').step('schedule', { day: inTwoDays() })
    await hands('sender').sees('scheduled')
    await hands('sender').page.getByText(`Hẹn ngày ${inTwoDays()}`).first().waitFor()
    await hands('sender').step('request-cancel', { reason: 'Người nhà xin ở lại.' })
    await hands('desk').sees('cancel-requested')
    await hands('desk').step('refuse-cancel', { reason: 'Người bệnh đang trên đường.' })
    await hands('sender').sees('scheduled')
  })

  await step('By keyboard: reception takes a wrong click back with its reason, then the patient is there', async () => {
    const reception = await sit('reception', 'bach-mai', 'tiepdon')
    await reception.open('received', slip.number)
    await reception.step('arrive')
    await reception.sees('arrived')
    await reception.step('undo-arrival', { reason: 'Bấm nhầm phiếu.' })
    await reception.sees('scheduled')
    await reception.step('arrive')
    await hands('sender').sees('arrived')
  })

  await step('By keyboard: care, an outcome written and signed, read at the sender', async () => {
    const doctor = await sit('doctor', 'bach-mai', 'bs.mai')
    await doctor.open('received', slip.number)
    await doctor.step('start-care')
    await hands('sender').sees('in-care')
    await doctor.press('F2')
    await doctor.page.getByRole('form', { name: 'Soạn phiếu phản hồi' }).waitFor()
    await doctor.to(/^Xử trí đã thực hiện/)
    await doctor.type('Nội khoa.')
    await doctor.to(/^Kết quả điều trị/)
    await doctor.press('ArrowDown', 'ArrowDown')
    await doctor.page.getByRole('button', { name: /Ký số/ }).waitFor({ timeout: 120_000 })
    await doctor.press('F9')
    const { page } = hands('sender')
    await page.getByText('Phản hồi của nơi nhận').waitFor({ timeout: 120_000 })
    await page.getByRole('button', { name: 'Đánh dấu đã đọc' }).waitFor({ timeout: 120_000 })
    await hands('sender').press('F6')
    await page.getByRole('button', { name: 'Đánh dấu đã đọc' }).waitFor({ state: 'detached', timeout: 120_000 })
    for (const desk of Object.values(desks)) await desk.close()
  })
}
