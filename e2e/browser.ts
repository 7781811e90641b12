/** A real Chromium with one desk (cookies of its own) per person, watched for errors, weight and accessibility. */

import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { type BrowserContext, type CDPSession, chromium, type Page } from 'playwright-core'
import { findChromium, INSTALL_CHROMIUM } from '../apps/server/src/box/chromium.ts'

/** Background services of the browser would look up hosts that no closed network has. */
const QUIET = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-default-apps',
]

/** The smallest screen that must do. */
export const SCREEN = { width: 1366, height: 768 }

/** Pictures of every screen, for people to look at; never committed. */
const PICTURES = process.env.YBA_SCREENS ?? join(import.meta.dirname, '..', '.yba', 'screens')

export interface FirstPage {
  requests: number
  /** Bytes on the wire, headers and compression included. */
  bytes: number
}

export interface Desk {
  page: Page
  /** Loads the page on screen again with an empty cache and weighs it until nothing more comes. */
  firstPage(): Promise<FirstPage>
  /** Photographs what is on screen, lets axe judge it, and throws when axe or the console has something to say.
   * `allow`: console lines that belong to it (a refused request logs itself). `again`: a page that was judged in this
   * journey, in another state: no axe. */
  look(name: string, options?: { allow?: RegExp; again?: boolean }): Promise<void>
  /** Picture only: what stood on screen when a step failed, with what the console said. */
  witness(name: string): Promise<string[]>
  close(): Promise<void>
}

export interface Chrome {
  desk(): Promise<Desk>
  close(): Promise<void>
}

/** Throws with the command that installs a browser where none runs. */
export async function openChrome(): Promise<Chrome> {
  const found = await findChromium()
  if (!found) throw new Error(`no browser runs here; install one: ${INSTALL_CHROMIUM}`)
  const env = { ...process.env, ...found.env } as Record<string, string>
  const browser = await chromium.launch({ executablePath: found.executable, args: [...found.args, ...QUIET], env })
  mkdirSync(PICTURES, { recursive: true })
  return {
    async desk() {
      const context = await browser.newContext({
        viewport: SCREEN,
        locale: 'vi-VN',
        timezoneId: 'Asia/Ho_Chi_Minh',
        reducedMotion: 'reduce',
      })
      context.setDefaultTimeout(30_000)
      return openDesk(context, await context.newPage())
    },
    close: () => browser.close(),
  }
}

async function openDesk(context: BrowserContext, page: Page): Promise<Desk> {
  const errors: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(`${message.text()} ${message.location().url}`)
  })
  page.on('pageerror', (error) => errors.push(String(error)))
  const wire = await context.newCDPSession(page)
  const weight = await weigh(wire)
  return {
    page,
    async firstPage() {
      await wire.send('Network.clearBrowserCache')
      await page.reload()
      await page.getByRole('heading', { level: 1 }).waitFor()
      for (let before = -1; before !== weight.bytes; await page.waitForTimeout(1000)) before = weight.bytes
      return { ...weight }
    },
    async look(name, options = {}) {
      await settle(page)
      await page.screenshot({ path: join(PICTURES, `${name}.png`) })
      const { violations } = options.again ? { violations: [] } : await new AxeBuilder({ page }).analyze()
      const found = violations.map((one) => `${one.id} (${one.impact}): ${one.nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`)
      assert.deepEqual(found, [], `axe on ${name}`)
      const unexpected = errors.filter((one) => !options.allow?.test(one))
      assert.deepEqual(unexpected, [], `console of ${name}`)
      errors.length = 0
    },
    async witness(name) {
      await page.screenshot({ path: join(PICTURES, `${name}.png`) })
      return errors
    },
    close: () => context.close(),
  }
}

/** Fonts in, papers drawn, nothing moving. Page script is text here: the types of the DOM stay out of the server's program. */
async function settle(page: Page): Promise<void> {
  await page.locator('[data-drawing]').first().waitFor({ state: 'detached' })
  await page.evaluate(
    'document.fonts.ready.then(() => Promise.all(document.getAnimations().map((one) => one.finished.catch(() => undefined)))).then(() => undefined)',
  )
}

/** Counts what crosses the wire since the newest top document was asked for. */
async function weigh(wire: CDPSession): Promise<FirstPage> {
  const sum: FirstPage = { requests: 0, bytes: 0 }
  await wire.send('Network.enable')
  const { frameTree } = await wire.send('Page.getFrameTree')
  wire.on('Network.requestWillBeSent', (event) => {
    if (event.type === 'Document' && event.frameId === frameTree.frame.id) Object.assign(sum, { requests: 0, bytes: 0 })
    sum.requests += 1
  })
  wire.on('Network.loadingFinished', (event) => {
    sum.bytes += event.encodedDataLength
  })
  return sum
}
