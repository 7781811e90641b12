/**
 * Every step of the transition table that belongs to a person, taken by keyboard alone by the role it belongs to, its effect
 * seen at the other facility; with what the clock does, the papers and their versions, the paper slips, what waits for a
 * person to judge it, and the exchange page. Long lane.
 */
import assert from 'node:assert/strict'
import type { ReferralEvent } from '../apps/server/src/features/referral/transitions.ts'
import { BY_HAND, MORE } from '../apps/web/src/actions/steps.ts'
import { type Chrome, type Desk, openChrome } from './browser.ts'
import { type Hands, handsAt } from './keyboard.ts'
import { walkTheUsualWay } from './keyboard-daily.ts'
import { walkTheDialogs } from './keyboard-english.ts'
import { walkThePapers } from './keyboard-papers.ts'
import { walkTheClock } from './keyboard-time.ts'
import { openPrivateProvince, type PrivateProvince } from './province.ts'
import { type Slips, slipsOf } from './slips.ts'
import { story } from './story.ts'

/** The node files an outcome by itself; a person's button for it is there for the rare case that it did not. */
const NOT_BY_A_PERSON: readonly ReferralEvent[] = ['file-outcome']

let box: PrivateProvince
let chrome: Chrome
let slips: Slips
const desks: Record<string, Desk> = {}
const at: Record<string, Hands> = {}
const walked = new Set<ReferralEvent>()
let seed = 82_000

async function sit(name: string, site: string, login: string): Promise<Hands> {
  await desks[name]?.close()
  const desk = await box.signIn(chrome, site, login)
  desks[name] = desk
  const hands = handsAt(desk.page, walked)
  at[name] = hands
  return hands
}
const hands = (name: string): Hands => at[name] ?? assert.fail(`nobody sits at ${name}`)

/** A slip that everybody has signed. */
async function signed(oneYear = false): Promise<{ id: string; number: string }> {
  seed += 1
  const slip = await slips.make(seed, oneYear)
  await slips.sign(slip)
  return slip
}

/** A signed slip, open at those who act on it. */
async function slipAt(places: Partial<Record<string, 'sent' | 'received'>>, oneYear = false): Promise<{ id: string; number: string }> {
  const slip = await signed(oneYear)
  for (const [name, list] of Object.entries(places)) if (list) await hands(name).open(list, slip.number)
  return slip
}

/** A day from now, as a form of the table has it. */
const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

const day = (date: string | undefined): string => (date ?? '').split('-').reverse().join('/')

story(
  'Every step by keyboard alone',
  {
    timeout: 3_600_000,
    async broken() {
      for (const [name, desk] of Object.entries(desks)) {
        const said = await desk.witness(`broken-keys-${name}`).catch(() => [])
        if (said.length) console.error(`${name}: ${said.join('\n')}`)
      }
    },
  },
  async (step) => {
    await step('Everybody sits at their desk', async () => {
      box = await openPrivateProvince()
      chrome = await openChrome()
      slips = await slipsOf(box)
      await sit('sender', 'bac-giang', 'chuyenvien')
      await sit('author', 'bac-giang', 'bs.an')
      await sit('signer', 'bac-giang', 'gd.truong')
      await sit('desk', 'bach-mai', 'chuyenvien')
      await sit('reception', 'bach-mai', 'tiepdon')
      await sit('doctor', 'bach-mai', 'bs.mai')
      await sit('otherSigner', 'bach-mai', 'gd.bach')
      await sit('third', 'luc-nam', 'chuyenvien')
    })

    await step('A slip is declined with its reason; the sender sends it to another place, where it is seen', async () => {
      const slip = await slipAt({ desk: 'received', sender: 'sent' })
      await hands('desk').step('decline', { reason: 'Khoa hết giường hồi sức.' })
      await hands('sender').sees('declined')
      await hands('sender').page.getByText('Khoa hết giường hồi sức.').first().waitFor()
      await hands('sender').step('readdress', { facility: 'luc nam' })
      const { page } = hands('third')
      await hands('third').press('Alt+5')
      await page.locator('tr[data-row]').filter({ hasText: slip.number }).waitFor({ timeout: 120_000 })
      // Sent elsewhere once: nothing offers it a second time.
      await hands('sender').page.getByRole('button', { name: 'Gửi nơi khác' }).waitFor({ state: 'detached', timeout: 120_000 })
    })

    await step('A cancelling is confirmed', async () => {
      await slipAt({ desk: 'received', sender: 'sent' })
      await hands('sender').step('request-cancel', { reason: 'Người bệnh xin về.' })
      await hands('desk').sees('cancel-requested')
      await hands('desk').step('confirm-cancel', 'sure')
      await hands('sender').sees('cancelled')
    })

    await step('Given a day, and another', async () => {
      await slipAt({ desk: 'received', sender: 'sent' })
      const in3 = inDays(3)
      await hands('desk').step('accept')
      await hands('desk').step('schedule', { day: day(in3) })
      await hands('desk').sees('scheduled')
      await hands('desk').step('reschedule', { day: day(in3).replaceAll('/', '') })
      await hands('sender').sees('scheduled')
    })

    await step('A slip is sent back by the receiver, and by the signer in the tray', async () => {
      await slipAt({ desk: 'received', sender: 'sent' })
      await hands('desk').step('send-back', { reason: 'Thiếu kết quả kèm theo.' })
      await hands('sender').sees('info-needed')
      await hands('sender').page.getByText('Thiếu kết quả kèm theo.').first().waitFor()
    })

    await step('A slip is void before it is sent', async () => {
      seed += 1
      const slip = await slips.make(seed)
      await hands('sender').open('tray', slip.number)
      await hands('sender').step('void', { reason: 'Lập nhầm người bệnh.' })
      await hands('sender').sees('void')
      assert.equal((await slips.view(slip.id)).state, 'void')
    })

    await step('Arrived, left unseen; comes again: a visit of its own, with a link to it', async () => {
      const slip = await slipAt({ reception: 'received', sender: 'sent' })
      await hands('reception').step('arrive')
      await hands('reception').step('left-unseen', { reason: 'Chờ lâu, tự về.' })
      await hands('sender').sees('completed')
      await hands('reception').step('arrive', 'sure')
      const { page } = hands('reception')
      await page.getByRole('link', { name: `Mở lượt riêng: ${slip.number}~2` }).waitFor({ timeout: 120_000 })
      await hands('reception').to(/^Mở lượt riêng/)
      await hands('reception').press('Enter')
      await hands('reception').sees('arrived')
    })

    await step('In care: an interim note, the end of care, the way back', async () => {
      await slipAt({ reception: 'received', doctor: 'received', sender: 'sent' })
      await hands('reception').step('arrive')
      await hands('doctor').step('start-care')
      await hands('doctor').step('interim', { reason: 'Đang thở oxy.' })
      await hands('sender').sees('interim')
      await hands('doctor').step('end-care', 'sure')
      await hands('doctor').step('return', { reason: 'Điều trị tiếp tại tuyến trước.' })
      await hands('sender').sees('returned')
    })

    await step('Sent on to a third facility, which accepts', async () => {
      const slip = await slipAt({ reception: 'received', doctor: 'received', sender: 'sent' })
      await hands('reception').step('arrive')
      await hands('doctor').step('redirect', { facility: 'luc nam' })
      await hands('sender').sees('redirected')
      const { page } = hands('third')
      await hands('third').press('Alt+5')
      const row = page.locator('tr[data-row]').filter({ hasText: slip.number })
      await row.waitFor({ timeout: 120_000 })
      await row.press('Enter')
      await hands('third').sees('delivered')
      await hands('third').step('accept')
      await hands('third').sees('accepted')
    })

    await step('A death is recorded on purpose', async () => {
      await slipAt({ doctor: 'received', sender: 'sent' })
      await hands('doctor').step('died', 'sure')
      await hands('sender').sees('died')
    })

    await step('After the arrival a void needs both: it is offered once the other has asked', async () => {
      await slipAt({ reception: 'received', desk: 'received', sender: 'sent' })
      await hands('reception').step('arrive')
      await hands('desk').sees('arrived')
      assert.equal(await hands('desk').page.getByRole('button', { name: 'Vô hiệu', exact: true }).count(), 0)
      await hands('sender').sees('arrived')
      await hands('sender').step('ask-void', { reason: 'Trùng với phiếu giấy.' })
      await hands('desk').page.getByRole('button', { name: 'Vô hiệu', exact: true }).waitFor({ timeout: 120_000 })
      await hands('desk').step('void', { reason: 'Đồng ý, đã đối chiếu.' })
      await hands('sender').sees('void')
    })

    await step('A slip of one year: the first visit opens beside it', async () => {
      const slip = await slipAt({ reception: 'received', sender: 'sent' }, true)
      await hands('reception').step('arrive')
      await hands('sender').sees('multi-use')
      await hands('reception')
        .page.getByRole('link', { name: `Mở lượt riêng: ${slip.number}~1` })
        .waitFor({ timeout: 120_000 })
    })

    await step('A paper slip is typed, and the slip joins it', async () => {
      seed += 1
      const slip = await slips.make(seed)
      const { patient } = await slips.view(slip.id)
      const { page, press, type, to } = hands('reception')
      await press('Alt+5')
      await page.locator('#list-received').waitFor()
      await press('F3')
      await page.getByRole('dialog').waitFor()
      await to(/^Số phiếu chuyển/)
      await type(slip.number)
      await to(/^Cơ sở chuyển/)
      await type('bac giang')
      await page.getByRole('option').first().waitFor()
      await press('ArrowDown', 'Enter')
      await to(/^Họ và tên/)
      await type(patient.name)
      await to(/^Ngày hoặc năm sinh/)
      await type(day(patient.birthDate))
      await to(/^Giới tính/)
      for (let n = 0; n < Number(patient.sex); n++) await press('ArrowDown')
      await press('Enter')
      await to(/^Số CCCD/)
      await type(patient.citizenId ?? '')
      await press('Enter')
      await hands('reception').sees('arrived')
      await slips.sign(slip)
      await hands('doctor').open('received', slip.number)
      await hands('doctor').page.getByText('Cần biết ngay').waitFor({ timeout: 120_000 })
    })

    await step('Both act with the hub closed: who was refused finds both stories, and settles it', async () => {
      const slip = await slipAt({ desk: 'received', sender: 'sent' })
      await hands('desk').sees('delivered')
      await box.province.site('hub').stop()
      // Whichever the hub hears first, the other does not fit any more.
      await hands('sender').step('request-cancel', { reason: 'Người bệnh xin về.' })
      await hands('desk').step('decline', { reason: 'Hết giường hồi sức.' })
      await box.province.site('hub').start()
      const refused = await Promise.any(
        ['sender', 'desk'].map(async (name) => {
          const { page } = hands(name)
          await page.getByRole('link', { name: /Cần người xem\s*[12]/ }).waitFor({ timeout: 120_000 })
          return name
        }),
      )
      const { page, press, to, type } = hands(refused)
      await press('Alt+0')
      const follow = page.getByRole('button', { name: /^Theo trục/ })
      await follow.waitFor({ timeout: 120_000 })
      await page
        .getByRole('link', { name: new RegExp(slip.number) })
        .first()
        .waitFor()
      await page.getByRole('region', { name: 'Trên trục liên thông' }).first().waitFor()
      await to(/^Ghi chú/)
      await type('Đã gọi cho nhau.')
      await press('Control+Enter')
      await page.getByText('Đã gọi cho nhau.').last().waitFor()
      await to(/^Theo trục/)
      await press('Enter')
      await follow.waitFor({ state: 'detached', timeout: 120_000 })
      const nothing = page.getByText('Không có việc nào chờ bạn xem')
      // That the receiver declined is a matter of its own at the sender.
      const seen = page.getByRole('button', { name: 'Đã xem', exact: true })
      await seen.or(nothing).waitFor({ timeout: 120_000 })
      if ((await seen.count()) > 0) {
        await to(/^Đã xem/)
        await press('Enter')
      }
      await nothing.waitFor({ timeout: 120_000 })
    })

    await step('A step the hub does not take is proposed again from the list of matters', async () => {
      const slip = await slipAt({ desk: 'received', sender: 'sent' })
      await hands('desk').step('accept')
      await hands('sender').sees('accepted')
      // The receiver gives a day while the hub is away, and is away itself when the sender asks to cancel.
      await box.province.site('hub').stop()
      await hands('desk').step('schedule', { day: day(inDays(3)) })
      await box.province.site('bach-mai').stop()
      await box.province.site('hub').start()
      await hands('sender').step('request-cancel', { reason: 'Người nhà xin ở lại.' })
      await hands('sender').page.getByText('Chờ trục xác nhận', { exact: true }).waitFor({ state: 'detached', timeout: 120_000 })
      await box.province.site('bach-mai').start()
      const { page, press, to } = hands('desk')
      await page.getByRole('link', { name: /Cần người xem\s*1/ }).waitFor({ timeout: 120_000 })
      await hands('desk').open('received', slip.number)
      await hands('desk').step('refuse-cancel', { reason: 'Giường đã giữ.' })
      await hands('desk').sees('accepted')
      await press('Alt+0')
      await page.getByRole('button', { name: 'Đề nghị lại' }).waitFor({ timeout: 120_000 })
      await to(/^Đề nghị lại/)
      await press('Enter')
      await page.getByText('Không có việc nào chờ bạn xem').waitFor({ timeout: 120_000 })
      await hands('sender').sees('scheduled')
    })

    await walkThePapers(step, () => ({
      slips,
      seed: ++seed,
      author: hands('author'),
      signer: hands('signer'),
      sender: hands('sender'),
      reception: hands('reception'),
      doctor: hands('doctor'),
      otherSigner: hands('otherSigner'),
    }))

    await walkTheUsualWay(step, { box, chrome, desks, walked })

    await walkTheDialogs(step, () => ({ desks, sit, slipAt, hands }))

    await walkTheClock(step, () => ({ box, slips, slipAt, signed, sit, hands }))

    await step('No step that belongs to a person was left out', async () => {
      const left = [...BY_HAND, ...MORE].filter((event) => ![...walked, ...NOT_BY_A_PERSON].includes(event))
      assert.deepEqual(left, [])
    })
  },
  async () => {
    await chrome?.close()
    await box?.stop()
  },
)
