/**
 * A slip for a patient who is still in the ward, from the scanned card to "ready to sign", typed key by key. The hand is a
 * model (Card, Moran and Newell's keystroke level): so many milliseconds a key, so long to begin each field. What a doctor
 * thinks about the patient is in nobody's figure.
 */
import { stay } from '@yba/people'
import type { Page } from 'playwright-core'
import type { Desk } from '../e2e/browser.ts'
import { report } from './report.ts'

/** 0.28 s a key is an average typist of 40 words a minute, 0.20 s a good one of 55. */
const HANDS = { average: 280, good: 200 } as const
const BEGIN_MS = 1350
/** As terse as slips of a busy ward are. */
const TYPED = [
  ['signs', 'Sốt 39, khó thở, ran ẩm phổi phải'],
  ['results', 'XQ mờ đáy phổi phải, BC 15,8'],
  // The code alone: the list knows its name.
  ['diagnosisText', 'j189'],
  ['treatment.method', 'Ceftriaxon, thở oxy 3 l/p'],
  ['condition', 'Tỉnh, M 100, HA 130/80'],
  ['direction', 'Điều trị hô hấp'],
] as const

/** Keys a Telex hand presses for a text: marks and tones are keys of their own. */
const telexKeys = (text: string): number => [...text.normalize('NFD')].reduce((sum, one) => sum + (one === 'đ' || one === 'Đ' ? 2 : 1), 0)

/** Composes one slip per hand at the desk that is signed in, and reports the seconds. */
export async function measureTyping(desk: Desk): Promise<void> {
  for (const [hand, keyMs] of Object.entries(HANDS)) {
    const seconds = await compose(desk.page, 91_100 + keyMs, keyMs)
    report('browser', { measure: `ward-slip.${hand}-hand`, value: seconds, unit: 's', bar: '<= 60' })
  }
  const keys = TYPED.reduce((sum, [, text]) => sum + telexKeys(text), 0)
  report('browser', { measure: 'ward-slip.keys', value: keys, unit: 'keys in six fields' })
}

async function compose(page: Page, seed: number, keyMs: number): Promise<number> {
  const { person } = stay(seed, { kind: 'inpatient-transfer' })
  const { name, birthDate, sex, citizenId, address } = person
  const born = birthDate.length === 10 ? birthDate.split('-').toReversed().join('') : birthDate
  const begin = (): Promise<void> => page.waitForTimeout(BEGIN_MS)
  await page.keyboard.press('Control+Alt+N')
  await page.getByRole('textbox', { name: 'Người bệnh' }).waitFor()
  const began = performance.now()
  await page.keyboard.insertText(`${citizenId}||${name}|${born}|${sex === '1' ? 'Nam' : 'Nữ'}|${address}|01052021`)
  const go = page.getByRole('button', { name: /lập phiếu theo thẻ/ })
  await go.waitFor()
  await begin()
  await page.getByText('Hôm nay').click()
  await go.press('Enter')
  await page.getByRole('form', { name: 'Soạn phiếu chuyển' }).waitFor()
  for (const [path, text] of TYPED) {
    await begin()
    await page.locator(`[id="field-${path}"]`).focus()
    for (const letter of text) {
      await page.keyboard.insertText(letter)
      await page.waitForTimeout(telexKeys(letter) * keyMs)
    }
  }
  await begin()
  await page.locator('[id="field-to.code"]').selectOption({ label: 'Bệnh viện Bạch Mai (01929)' })
  await page.getByText('Sẵn sàng trình ký').first().waitFor()
  return (performance.now() - began) / 1000
}
