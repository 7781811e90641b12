/** A person with a keyboard and no mouse: lists, steps, dialogs and papers by keys alone; the focus is always somewhere. */

import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { DEMO_PASSWORD } from '../apps/server/src/box/plan.ts'
import { EVENT_TEXT, type ReferralEvent, type ReferralState, TRANSITIONS } from '../apps/server/src/features/referral/transitions.ts'

/** What may pass between a key here and a changed screen there. */
const ACROSS = { timeout: 120_000 }

/** Keys of the lists, as the help sheet shows them. */
export const LIST = { tray: 'Alt+2', sent: 'Alt+4', received: 'Alt+5' } as const

/** What a step asks for before it is taken; `sure`: nothing but a second key. */
export type Said = { reason: string } | { day: string } | { facility: string } | 'sure' | undefined

const FOCUSED = `(() => {
  const one = document.activeElement
  return one && { tag: one.tagName, menu: one.closest('[role="menu"]') !== null, row: one.getAttribute('data-row') ?? '', name: one.getAttribute('role') === 'menu' ? '' : (one.getAttribute('aria-label') || one.labels?.[0]?.textContent || one.textContent || '').trim() }
})()`

/** The states in which the table knows the step, as a header shows them. */
const POSSIBLE = (event: ReferralEvent): string =>
  TRANSITIONS.filter((row) => row.event === event)
    .map((row) => `header [data-state="${row.from}"]`)
    .join(', ')

interface Focused {
  tag: string
  /** It is in a menu. */
  menu: boolean
  /** Id of the row, when it is one of a list. */
  row: string
  name: string
}

export interface Hands {
  page: Page
  /** Steps these hands have taken. */
  walked: Set<ReferralEvent>
  press(...keys: string[]): Promise<void>
  type(text: string): Promise<void>
  /** Tab until the focus is on what is called so. */
  to(name: RegExp, within?: number): Promise<void>
  /** From part to part of the page until the focus is on what is called so. */
  part(name: RegExp): Promise<void>
  /** Waits until the focus is on an element of one of these kinds. */
  holds(...tags: string[]): Promise<void>
  /** An entry of the menu that is open, by the arrow keys. */
  choose(label: string): Promise<void>
  /** From anywhere: the list by its key, the slip by its number. */
  open(list: keyof typeof LIST, number: string): Promise<void>
  /** A step of the slip on screen: by F8 where it is the main one, by F7 or Tab otherwise. */
  step(event: ReferralEvent, said?: Said): Promise<void>
  /** The slip on screen shows this state; what the other side did comes by itself. */
  sees(state: ReferralState): Promise<void>
}

export function handsAt(page: Page, walked: Set<ReferralEvent> = new Set()): Hands {
  const focused = async (): Promise<Focused> =>
    (await page.evaluate<Focused | null>(FOCUSED)) ?? { tag: 'BODY', menu: false, row: '', name: '' }
  const until = async (what: string, good: (now: Focused) => boolean): Promise<Focused> => {
    const end = Date.now() + 30_000
    for (;;) {
      const now = await focused()
      if (good(now)) return now
      assert.ok(Date.now() < end, `the focus is on ${now.tag} “${now.name.slice(0, 60)}”, not on ${what}`)
      await page.waitForTimeout(40)
    }
  }
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key)
  }
  const type = (text: string): Promise<void> => page.keyboard.type(text)
  const to = async (name: RegExp, within = 30): Promise<void> => {
    for (let tabs = 0; tabs <= within; tabs++) {
      const now = await focused()
      if (now.tag !== 'BODY' && name.test(now.name)) return
      await press('Tab')
    }
    assert.fail(`${within} Tabs do not reach ${name}`)
  }
  const part = async (name: RegExp): Promise<void> => {
    for (let parts = 0; parts <= 10; parts++) {
      await press('Alt+PageDown')
      const now = await focused()
      if (name.test(now.name)) return
    }
    assert.fail(`no part of the page begins with ${name}`)
  }
  /** Who has sat idle for long finds the screen locked, with the focus where the password goes. */
  const wake = async (): Promise<void> => {
    const lock = page.getByText('Màn hình đã khóa')
    if ((await lock.count()) === 0) return
    await until('the password', (now) => now.tag === 'INPUT')
    await type(DEMO_PASSWORD)
    await press('Enter')
    await lock.waitFor({ state: 'detached', ...ACROSS })
  }
  const choose = async (label: string): Promise<void> => {
    await page.getByRole('menuitem', { name: label, exact: true }).waitFor()
    const entries = await page.getByRole('menuitem').count()
    for (let steps = 0; ; steps++) {
      const now = await until('the menu', (one) => one.menu)
      if (now.name === label) break
      assert.ok(steps <= entries, `the arrow keys do not reach ${label}; the focus is on ${now.name}`)
      await press('ArrowDown')
    }
    await press('Enter')
  }
  const answer = async (event: ReferralEvent, said: Said): Promise<void> => {
    const dialog = page.getByRole('dialog')
    await dialog.waitFor()
    if (said === 'sure') {
      await until('the dialog', (now) => now.tag === 'BUTTON')
      // A death is the one step whose dialog begins on the way back.
      await press(...(event === 'died' ? ['Tab', 'Enter'] : ['Enter']))
    } else if (said && 'reason' in said) {
      await until('the reason', (now) => now.tag === 'TEXTAREA')
      await type(said.reason)
      await press('Control+Enter')
    } else if (said) {
      await until('the field', (now) => now.tag === 'INPUT')
      await type('day' in said ? said.day : said.facility)
      if ('facility' in said) {
        await page.getByRole('option').first().waitFor()
        await press('ArrowDown', 'Enter', 'Tab', 'Tab')
      }
      await press('Enter')
    }
    await dialog.waitFor({ state: 'detached', ...ACROSS })
  }
  return {
    page,
    walked,
    press,
    type,
    to,
    part,
    choose,
    holds: async (...tags) => void (await until(tags.join(' or '), (now) => tags.includes(now.tag))),
    async open(list, number) {
      await wake()
      await press(LIST[list])
      await page.locator(`#list-${list}`).waitFor()
      await press('/')
      await until('the filter', (now) => now.tag === 'INPUT')
      await press('Control+a')
      await type(number)
      const row = page.locator('tr[data-row]').filter({ has: page.getByRole('cell', { name: number, exact: true }) })
      await row.waitFor(ACROSS)
      const wanted = await row.getAttribute('data-row')
      await press('ArrowDown')
      await until('the first row', (now) => now.tag === 'TR')
      for (let rows = 0; (await focused()).row !== wanted; rows++) {
        assert.ok(rows < 5, `the arrow keys do not reach ${number}`)
        await press('ArrowDown')
      }
      await press('Enter')
      await page.locator(`#list-${list}`).waitFor({ state: 'detached' })
      await page.locator('header [data-state]').first().waitFor(ACROSS)
    },
    async step(event, said) {
      await wake()
      const label = EVENT_TEXT[event].vi
      // What the other side did just now may still be on its way to this screen: until then the step is rightly not offered.
      await page.locator(POSSIBLE(event)).first().waitFor(ACROSS)
      const direct = page.getByRole('button', { name: label, exact: true })
      const more = page.getByRole('button', { name: 'Việc khác', exact: true })
      await direct.or(more).first().waitFor(ACROSS)
      if ((await direct.count()) > 0) {
        // While the step before is on its way a key that alone would begin the next is not taken.
        await page.getByRole('button', { name: label, exact: true, disabled: false }).waitFor(ACROSS)
        if ((await direct.getAttribute('aria-keyshortcuts')) === 'F8') await press('F8')
        else {
          await to(new RegExp(`^${label}`), 12)
          await press('Enter')
        }
      } else {
        await press('F7')
        await choose(label)
      }
      if (said) await answer(event, said)
      // Whatever became of the button that was pressed: the focus is on something of this page.
      await until('something', (now) => !['BODY', 'IFRAME'].includes(now.tag))
      walked.add(event)
    },
    async sees(state) {
      await page.locator(`header [data-state="${state}"]`).first().waitFor(ACROSS)
    },
  }
}
