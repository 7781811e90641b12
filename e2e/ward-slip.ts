/**
 * Door b: a patient who is still in the ward, known by a card. By keyboard alone; counts the fields a doctor types. The claim
 * of the stay follows, and what it says otherwise is settled item by item.
 */
import assert from 'node:assert/strict'
import { claimFile, stay } from '@yba/people'
import type { Page } from 'playwright-core'
import { signIn } from '../apps/server/src/box/journey/person.ts'
import { DEMO_PASSWORD } from '../apps/server/src/box/plan.ts'
import type { ImportAnswer } from '../apps/server/src/features/insurance/contract.ts'
import type { Desk } from './browser.ts'
import type { Stage } from './stage.ts'
import { story, type Tell } from './story.ts'

/** As many as TT 01/2025 asks of a doctor: everything else a system knows. */
const MOST_TYPED = 6
const TYPED = [
  ['signs', 'Sốt cao 39 độ, khó thở, ran ẩm đáy phổi phải.'],
  ['results', 'X-quang mờ thùy dưới phổi phải; bạch cầu 15,8 G/L.'],
  ['diagnosisText', 'j189; i10'],
  ['treatment.method', 'Kháng sinh tĩnh mạch, thở oxy 3 lít/phút.'],
  ['condition', 'Tỉnh, mạch 100 lần/phút, huyết áp 130/80 mmHg.'],
  ['direction', 'Đề nghị điều trị chuyên khoa hô hấp.'],
] as const

/** What stands in the field of the diagnosis once it is left: a code alone gets the name of its list. */
const NAMED = 'J18.9 Viêm phổi, không đặc hiệu; I10 Tăng huyết áp vô căn (nguyên phát)'

/** Page script as text: every field of the page that was typed in, and every one in which something was chosen. */
const WATCH = `window.touched = { typed: new Set(), chosen: new Set() }; addEventListener('input', (event) => {
  const field = event.target
  const chosen = field.matches('select, input[type=radio], input[type=checkbox]')
  window.touched[chosen ? 'chosen' : 'typed'].add(field.id || field.name || field.getAttribute('aria-label'))
}, true)`
const touched = (page: Page, how: 'typed' | 'chosen') => page.evaluate<string[]>(`[...window.touched.${how}]`)

/** The script types in no time: what passes is the machine's part. */
async function timed(act: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await act()
  return performance.now() - began
}

export function tellOfTheWard(get: () => Stage): void {
  let open: Desk | undefined
  const broken = async (): Promise<void> => {
    const said = await open?.witness('broken-ward')
    if (said?.length) console.error(said.join('\n'))
  }
  story(
    'A slip from the ward',
    { timeout: 300_000, broken },
    (step) => tell(get(), step, (desk) => (open = desk)),
    async () => {
      await open?.close()
    },
  )
}

const ward = stay(91_001, { kind: 'inpatient-transfer' })

async function tell({ box, chrome }: Stage, step: Tell, sit: (desk: Desk) => Desk): Promise<void> {
  const desk = sit(await box.signIn(chrome, 'bac-giang', 'bs.an'))
  const { page, look } = desk
  const keys = page.keyboard
  let machine = 0

  await step('The code of a card that nobody here fits begins a slip; since when the patient is here is said, not invented', async () => {
    await keys.press('Control+Alt+N')
    const box = page.getByRole('textbox', { name: 'Người bệnh' })
    await box.waitFor()
    const { name, birthDate, sex, citizenId, address } = ward.person
    const born = birthDate.length === 10 ? birthDate.split('-').toReversed().join('') : birthDate
    await page.evaluate(WATCH)
    await keys.insertText(`${citizenId}||${name}|${born}|${sex === '1' ? 'Nam' : 'Nữ'}|${address}|01052021`)
    // A scanner ends with Enter, before the code can have been looked up: the next question has the focus when it comes.
    await keys.press('Enter')
    const go = page.getByRole('button', { name: /lập phiếu theo thẻ/ })
    machine += await timed(() => go.waitFor())
    assert.ok(await go.isDisabled(), 'nobody said when')
    await page.waitForFunction('document.activeElement.type === "radio"')
    await keys.press('Space')
    assert.ok(await go.isEnabled(), 'the space bar says today')
    await look('90-ward-card')
    machine += await timed(async () => {
      await keys.press('Enter')
      await page.getByRole('form', { name: 'Soạn phiếu chuyển' }).waitFor()
    })
  })

  await step('Six fields are typed, the receiver is chosen, and the slip lacks nothing', async (note) => {
    const scanned = await touched(page, 'typed')
    machine += await timed(async () => {
      for (const [path, text] of TYPED) {
        await page.locator(`[id="field-${path}"]`).focus()
        await keys.insertText(text)
      }
      const to = page.locator('[id="field-to.code"]')
      await to.focus()
      await to.selectOption({ label: 'Bệnh viện Bạch Mai (01929)' })
      await page.getByText('Sẵn sàng trình ký').first().waitFor()
    })
    assert.equal(await page.locator('[id="field-diagnosisText"]').inputValue(), NAMED)
    // Every way the list of gaps offers leads to a field; what is not this page's to fill has none.
    const gaps = page.locator('#findings')
    await gaps.getByText('Phiếu chuyển chưa có mục "Dân tộc".').waitFor()
    const dead = await page.evaluate<string[]>(
      "[...document.querySelectorAll('#findings a')].map((one) => one.getAttribute('href').slice(1)).filter((id) => !document.getElementById(id))",
    )
    assert.deepEqual(dead, [])
    const typed = (await touched(page, 'typed')).filter((field) => !scanned.includes(field))
    assert.equal(scanned.length, 1, `one code is scanned: ${scanned}`)
    assert.ok(typed.length <= MOST_TYPED, `${typed}`)
    const letters = TYPED.reduce((sum, [, text]) => sum + text.length, 0)
    note(`fields typed: ${typed.length} (${letters} characters); scanned: 1; chosen: ${(await touched(page, 'chosen')).length + 1}`)
    note(`the machine's part, from the code to "ready to sign": ${(machine / 1000).toFixed(1)} s`)
    // Who deletes the name wants the code alone; and nothing is written into a field somebody is in.
    const diagnosis = page.locator('[id="field-diagnosisText"]')
    await diagnosis.fill('i10')
    const saved = page.getByRole('status').filter({ hasText: /đã lưu/ })
    await saved.waitFor()
    assert.equal(await diagnosis.inputValue(), 'i10', 'nobody rewrites a field that has the focus')
    await keys.press('Tab')
    assert.equal(await diagnosis.inputValue(), 'I10 Tăng huyết áp vô căn (nguyên phát)')
    await diagnosis.fill('i10')
    await keys.press('Tab')
    await page.waitForTimeout(1500)
    assert.equal(await diagnosis.inputValue(), 'i10', 'a name that was deleted does not come back')
    await diagnosis.fill('j189; i10')
    await diagnosis.fill(NAMED)
    await page.getByText('Sẵn sàng trình ký').first().waitFor()
    note('not shown: how long a doctor reads, thinks and types')
    await look('91-ward-typed')
  })

  await step(
    'The claim of the stay joins the slip: what it says otherwise stands beside the draft and is chosen item by item',
    async () => {
      const his = await signIn(box.province.site('bac-giang').settings.baseUrl, 'chuyenvien', DEMO_PASSWORD)
      const today = new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10)
      const late = stay(91_001, { kind: 'inpatient-transfer', patient: { person: ward.person, mrn: ward.mrn }, start: today })
      const bytes = claimFile([late])
      const { json } = await his.upload<ImportAnswer>('/fhir/$import-claim', bytes, 'application/xml')
      assert.ok(
        json.records[0]?.findings.some((f) => f.code === 'slip-file-differs'),
        JSON.stringify(json.records[0]?.findings),
      )
      await page.reload()
      await page.getByText(/HIS ghi khác phiếu đang soạn/).waitFor()
      await look('92-ward-differs')
      const row = page.getByRole('row', { name: /Hướng điều trị/ })
      await row.getByRole('radio').nth(1).check()
      await page.getByRole('button', { name: 'Xong' }).click()
      await page.getByText(/HIS ghi khác phiếu đang soạn/).waitFor({ state: 'detached' })
      // The field is filled from the draft that is read anew, a moment after the question is gone.
      const chosen = late.tables.XML13?.[0]?.HUONG_DIEU_TRI
      for (let tries = 0; (await page.locator('[id="field-direction"]').inputValue()) !== chosen; tries++) {
        assert.ok(tries < 300, 'the field is not filled with what was chosen')
        await page.waitForTimeout(100)
      }
      assert.equal(await page.locator('[id="field-signs"]').inputValue(), TYPED[0][1])
      await look('93-ward-settled', { again: true })
    },
  )
}
