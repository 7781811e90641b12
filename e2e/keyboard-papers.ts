/** Papers by keyboard alone: composed, put up for signing, sent back and signed again, corrected after the arrival, sent on. */

import assert from 'node:assert/strict'
import type { Hands } from './keyboard.ts'
import type { Slips } from './slips.ts'
import type { Tell } from './story.ts'

const ACROSS = { timeout: 120_000 }

export interface Writers {
  slips: Slips
  /** A slip of the hospital's own system: whoever is in it can be found in the chart. */
  seed: number
  author: Hands
  signer: Hands
  sender: Hands
  reception: Hands
  doctor: Hands
  /** The authorised signer of the receiver. */
  otherSigner: Hands
}

const idOf = (hands: Hands): string => /referrals\/([^/]+)\//.exec(hands.page.url())?.[1] ?? assert.fail(hands.page.url())

/** The composer on screen is filled where a slip must say something; what the chart knew already stays. */
async function fillSlip(hands: Hands, direction: string): Promise<void> {
  const { page } = hands
  const form = page.getByRole('form', { name: 'Soạn phiếu chuyển' })
  await form.waitFor(ACROSS)
  for (const [label, text] of [
    ['Dấu hiệu lâm sàng', 'Tỉnh, sốt 39 độ, mạch 110 lần/phút.'],
    ['Chẩn đoán', 'Viêm phổi do vi khuẩn.'],
    ['Hướng điều trị', direction],
  ] as const) {
    const field = form.getByLabel(label).first()
    if (label !== 'Hướng điều trị' && (await field.inputValue()) !== '') continue
    await hands.to(new RegExp(`^${label}`), 60)
    await hands.press('Control+a')
    await hands.type(text)
  }
  const place = form.getByLabel('Cơ sở nhận')
  if ((await place.inputValue()) === '') {
    await hands.to(/^Cơ sở nhận/, 60)
    for (let steps = 0; (await place.inputValue()) !== '01929'; steps++) {
      assert.ok(steps < 40, 'the arrow keys do not reach Bạch Mai')
      await hands.press('ArrowDown')
    }
  }
  if ((await form.getByLabel('Giờ chuyển').inputValue()) === '') {
    await hands.to(/^Giờ chuyển/, 60)
    await hands.type(new Date(Date.now() + 8 * 3_600_000).toISOString().replace(/^(\d+)-(\d+)-(\d+)T(\d+:\d+).*$/, '$3/$2/$1 $4'))
  }
  await hands.page.getByText('Sẵn sàng trình ký').waitFor(ACROSS)
  await saved(hands)
}

const saved = (hands: Hands): Promise<void> => hands.page.locator('[role="status"][data-state="saved"]').waitFor(ACROSS)

/** F9 where it is offered; the page that follows is back on its list or its slip. */
async function sign(hands: Hands): Promise<void> {
  const { page } = hands
  await page.getByRole('button', { name: /^Ký số: / }).waitFor(ACROSS)
  const before = page.url()
  await hands.press('F9')
  await page.waitForURL((url) => url.href !== before, ACROSS)
}

/** A reason is asked for by a button that is reached by Tab; the paper opens to be written anew. */
async function correct(hands: Hands, button: string, why: string): Promise<void> {
  const { page } = hands
  await page.getByRole('button', { name: button, exact: true }).waitFor(ACROSS)
  await hands.to(new RegExp(`^${button}`), 40)
  await hands.press('Enter')
  const dialog = page.getByRole('dialog', { name: button })
  await dialog.waitFor()
  await hands.holds('TEXTAREA')
  await hands.type(why)
  await hands.press('Control+Enter')
  await dialog.waitFor({ state: 'detached', ...ACROSS })
}

/** The version in force is the first correction of what had been sent. */
const corrected = (hands: Hands): Promise<void> =>
  hands.page.locator('[data-version][data-state="current"]').filter({ hasText: 'Đính chính lần 1' }).first().waitFor(ACROSS)

export async function walkThePapers(step: Tell, get: () => Writers): Promise<void> {
  let slip = { id: '', number: '' }

  await step('A slip composed from the chart is put up for signing by F8', async () => {
    const { slips, seed, author } = get()
    const { patient } = await slips.view((await slips.make(seed)).id)
    const { page } = author
    await author.press('Alt+1')
    await author.holds('INPUT')
    await author.press('Control+a')
    await author.type(patient.citizenId ?? assert.fail('a person without a number'))
    await page.getByRole('row').filter({ hasText: patient.name }).waitFor(ACROSS)
    await author.press('ArrowDown', 'Enter')
    await page.getByRole('button', { name: /Soạn phiếu chuyển/ }).waitFor(ACROSS)
    await author.press('F2')
    // The HIS has written one for this stay: a second one is a decision.
    await page.getByRole('dialog', { name: 'Đợt này đã có phiếu chuyển' }).waitFor(ACROSS)
    await author.holds('BUTTON')
    await author.press('Shift+Tab', 'Enter')
    await page.waitForURL(/\/compose$/, ACROSS)
    const id = idOf(author)
    await page.getByRole('form', { name: 'Soạn phiếu chuyển' }).waitFor(ACROSS)
    // With something missing F8 leads there instead of doing nothing.
    await author.press('F8')
    await author.holds('TEXTAREA', 'INPUT', 'SELECT')
    await fillSlip(author, 'Đề nghị khám chuyên khoa hô hấp.')
    await author.press('F8')
    await page.locator('#list-tray').waitFor(ACROSS)
    author.walked.add('submit')
    const view = await slips.view(id)
    assert.equal(view.state, 'to-sign')
    slip = { id, number: view.number }
  })

  await step('The signer sends it back with a reason; its author reads it, writes it again, both sign anew', async () => {
    const { author, signer } = get()
    await author.open('tray', slip.number)
    await sign(author)
    await signer.open('tray', slip.number)
    await signer.step('send-back', { reason: 'Ghi rõ hướng điều trị.' })
    await author.open('tray', slip.number)
    await author.page.getByText('Ghi rõ hướng điều trị.').first().waitFor(ACROSS)
    await author.press('F2')
    await fillSlip(author, 'Nội soi phế quản, kháng sinh đồ.')
    await sign(author)
    await signer.open('tray', slip.number)
    await signer.page.getByText('Nội soi phế quản, kháng sinh đồ.').first().waitFor(ACROSS)
    await sign(signer)
  })

  await step('Corrected after the arrival: the receiver has a second version, with what changed and why', async () => {
    const { author, signer, reception, doctor } = get()
    await reception.open('received', slip.number)
    await reception.step('arrive')
    await doctor.open('received', slip.number)
    await author.open('sent', slip.number)
    await author.sees('arrived')
    await correct(author, 'Đính chính phiếu', 'Ghi thiếu tiền sử dùng thuốc.')
    await fillSlip(author, 'Nội soi phế quản; đang dùng thuốc chống đông.')
    await sign(author)
    await signer.open('tray', slip.number)
    await sign(signer)
    await corrected(doctor)
    await doctor.page
      .getByText(/Bản đính chính lần 1/)
      .first()
      .waitFor(ACROSS)
    await doctor.page
      .getByText(/Ghi thiếu tiền sử dùng thuốc\./)
      .first()
      .waitFor(ACROSS)
  })

  await step('An outcome is corrected: the sender has its second version', async () => {
    const { sender, doctor } = get()
    await doctor.step('start-care')
    await doctor.press('F2')
    await doctor.page.getByRole('form', { name: 'Soạn phiếu phản hồi' }).waitFor(ACROSS)
    await doctor.to(/^Xử trí đã thực hiện/)
    await doctor.type('Kháng sinh.')
    await doctor.to(/^Kết quả điều trị/)
    await doctor.press('ArrowDown', 'ArrowDown')
    await sign(doctor)
    await sender.open('sent', slip.number)
    await sender.sees('completed')
    await correct(doctor, 'Đính chính phản hồi', 'Ghi nhầm kết quả.')
    await doctor.page.getByRole('form', { name: 'Soạn phiếu phản hồi' }).waitFor(ACROSS)
    await doctor.to(/^Kết quả điều trị/)
    await doctor.press('ArrowUp')
    await saved(doctor)
    await sign(doctor)
    await corrected(sender)
    await sender.page
      .getByText(/Ghi nhầm kết quả\./)
      .first()
      .waitFor(ACROSS)
  })

  await step(
    'The receiver writes a slip of its own on the way back: it names the first, and is received where that came from',
    async () => {
      const { doctor, otherSigner, sender } = get()
      const first = slip.number
      await doctor.open('received', first)
      await doctor.to(/^Lập phiếu chuyển về, chuyển tiếp/, 40)
      await doctor.press('Enter')
      await doctor.page.waitForURL(/\/compose$/, ACROSS)
      await fillSlip(doctor, 'Theo dõi tiếp tại tuyến trước, khám lại sau hai tuần.')
      await sign(doctor)
      await otherSigner.press('Alt+2')
      const row = otherSigner.page.locator('tr[data-row]').filter({ hasText: 'Bắc Giang' }).first()
      await row.waitFor(ACROSS)
      await row.press('Enter')
      await sign(otherSigner)
      await sender.press('Alt+5')
      await sender.page.locator('#list-received').waitFor(ACROSS)
      // A slip from a visit is accepted by the policy: nobody's work at the desk, so it stands among all.
      await sender.press('a')
      const back = sender.page.locator('tr[data-row]').filter({ hasText: 'Bạch Mai' }).first()
      await back.waitFor(ACROSS)
      await back.press('Enter')
      await sender.sees('accepted')
      await sender.page.getByText(first).first().waitFor(ACROSS)
    },
  )
}
