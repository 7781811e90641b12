/** A private province for one test file, and the way its people sign in: through the real page. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DEMO_PASSWORD } from '../apps/server/src/box/plan.ts'
import { openProvince, type Province } from '../apps/server/src/box/province.ts'
import type { Chrome, Desk } from './browser.ts'

export interface PrivateProvince {
  province: Province
  /** A desk of this person at this site, signed in, on the page where the role begins; `at`: one that shows the sign-in page. */
  signIn(chrome: Chrome, site: string, login: string, at?: Desk): Promise<Desk>
  stop(): Promise<void>
}

export async function openPrivateProvince(): Promise<PrivateProvince> {
  const dataDir = mkdtempSync(join(tmpdir(), 'yba-e2e-'))
  const province = await openProvince({ dataDir, port: 'random' })
  return {
    province,
    async signIn(chrome, site, login, at) {
      const desk = at ?? (await chrome.desk())
      const { page } = desk
      if (!at) await page.goto(`${province.site(site).settings.baseUrl}/`)
      await page.getByLabel('Tên đăng nhập').fill(login)
      await page.getByLabel('Mật khẩu').fill(DEMO_PASSWORD)
      await page.getByRole('button', { name: 'Đăng nhập' }).click()
      await page.getByRole('navigation', { name: 'Chức năng' }).waitFor()
      return desk
    },
    async stop() {
      await province.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
