/** Every dialog of a slip, of the paper slips and of the exchange page in English: opened by keyboard, photographed, judged. */

import assert from 'node:assert/strict'
import type { Desk } from './browser.ts'
import type { Hands } from './keyboard.ts'
import type { Tell } from './story.ts'

const ACROSS = { timeout: 120_000 }
/** Letters only Vietnamese has: none belongs in what an English screen says of itself. */
const VIETNAMESE = /[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]/iu

export interface EnglishDesks {
  desks: Record<string, Desk>
  sit(name: string, site: string, login: string): Promise<Hands>
  hands(name: string): Hands
  slipAt(places: Partial<Record<string, 'sent' | 'received'>>): Promise<{ id: string; number: string }>
}

/** By the menu under the person's name, as anybody would. */
async function speaks(hands: Hands, language: 'English' | 'Tiếng Việt'): Promise<void> {
  const { page } = hands
  const person = page.getByRole('region', { name: 'Y Bạ' }).getByRole('button').last()
  await hands.to(new RegExp(`^${((await person.textContent()) ?? '').slice(0, 12)}`), 80)
  await hands.press('Enter')
  await hands.choose(language)
  await page.getByRole('navigation', { name: language === 'English' ? 'Functions' : 'Chức năng' }).waitFor()
}

/** The dialog on screen: its title, labels and buttons are English; photographed; closed by Escape, the focus back. */
async function judge(hands: Hands, desk: Desk, picture: string): Promise<void> {
  const dialog = hands.page.getByRole('dialog')
  await dialog.waitFor(ACROSS)
  const own = await dialog.locator('h2, label, button, th, legend').allInnerTexts()
  const wrong = own.filter((text) => VIETNAMESE.test(text))
  assert.deepEqual(wrong, [], picture)
  await desk.look(picture)
  await hands.press('Escape')
  await dialog.waitFor({ state: 'detached' })
}

/** What stands behind F7, one after the other. */
async function behindF7(hands: Hands, desk: Desk, prefix: string): Promise<number> {
  const { page } = hands
  const items = page.getByRole('menuitem')
  await hands.press('F7')
  await items.first().waitFor()
  const count = await items.count()
  await hands.press('Escape')
  await items.first().waitFor({ state: 'detached' })
  for (let n = 0; n < count; n++) {
    await hands.press('F7')
    await items.first().waitFor()
    const name = ((await items.nth(n).textContent()) ?? '').trim()
    await hands.choose(name)
    await judge(hands, desk, `${prefix}-${name.toLowerCase().replace(/[^a-z]+/g, '-')}`)
  }
  return count
}

export async function walkTheDialogs(step: Tell, get: () => EnglishDesks): Promise<void> {
  const desk = (name: string): Desk => get().desks[name] ?? assert.fail(`nobody sits at ${name}`)

  await step('In English: what the receiver’s desk and the sender are asked before the patient comes', async () => {
    const { sit, hands, slipAt } = get()
    await sit('desk-en', 'bach-mai', 'chuyenvien')
    await sit('sender-en', 'bac-giang', 'chuyenvien')
    await sit('reception-en', 'bach-mai', 'tiepdon')
    await sit('doctor-en', 'bach-mai', 'bs.mai')
    await slipAt({ 'desk-en': 'received', 'sender-en': 'sent' })
    await hands('desk-en').sees('delivered')
    await hands('sender-en').sees('delivered')
    for (const name of ['desk-en', 'sender-en']) {
      await speaks(hands(name), 'English')
      assert.ok((await behindF7(hands(name), desk(name), name)) > 0)
    }
  })

  await step('In English: reception, the doctor in care, a paper slip, the scanner', async () => {
    const { hands, slipAt } = get()
    await slipAt({ 'reception-en': 'received', 'doctor-en': 'received' })
    await hands('reception-en').step('arrive')
    await hands('doctor-en').sees('arrived')
    await speaks(hands('reception-en'), 'English')
    await behindF7(hands('reception-en'), desk('reception-en'), 'reception')
    await hands('doctor-en').step('start-care')
    await hands('doctor-en').sees('in-care')
    await speaks(hands('doctor-en'), 'English')
    await behindF7(hands('doctor-en'), desk('doctor-en'), 'doctor')
    await hands('reception-en').press('F4')
    await judge(hands('reception-en'), desk('reception-en'), 'en-scan')
    await hands('reception-en').press('Alt+5')
    await hands('reception-en').page.locator('#list-received').waitFor()
    await hands('reception-en').press('F3')
    await judge(hands('reception-en'), desk('reception-en'), 'en-paper-slip')
  })

  await step('In English: the story of a message, and sending a period again', async () => {
    const { hands } = get()
    const sender = hands('sender-en')
    const { page } = sender
    await sender.press('Control+Alt+x')
    await page.locator('#messages-out tr[data-row]').first().waitFor(ACROSS)
    await page.locator('#messages-out tr[data-row]').first().press('Enter')
    await judge(sender, desk('sender-en'), 'en-story')
    // From the rows back to the head of the list by the key of its filter.
    await sender.press('/')
    await sender.holds('INPUT')
    await sender.to(/By period/, 12)
    await sender.press('Enter')
    await judge(sender, desk('sender-en'), 'en-replay')
    await sender.press('?')
    await judge(sender, desk('sender-en'), 'en-help')
    // A person keeps the language they chose.
    for (const name of ['desk-en', 'sender-en', 'reception-en', 'doctor-en']) {
      await speaks(hands(name), 'Tiếng Việt')
      await desk(name).close()
    }
  })
}
