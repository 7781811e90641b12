/** `yba site stop|start|list`: speaks to the running box through its control page. */

import { refuse } from '@yba/fhir'
import { CONTROL_TOKEN_HEADER } from '../box/control.ts'
import { layout, type RuntimeNote, readRuntime } from '../box/layout.ts'
import { lockHolder } from '../box/lock.ts'
import { boxNotRunning, siteDidNotStart, siteUnknown } from '../box/outcomes.ts'
import type { Lang } from './text.ts'

interface SiteView {
  name: string
  title: string
  url: string
  state: string
  pid: number
  code?: string
}

/** Throws `box-not-running`, `site-unknown`, `site-did-not-start`. */
export async function switchSite(data: string, name: string, action: 'stop' | 'start', lang: Lang): Promise<void> {
  const box = runningBox(data)
  const known = box.sites.map((site) => site.name)
  if (!known.includes(name)) throw refuse(siteUnknown, { name, known: known.join(', ') })
  const response = await call(box, `/api/sites/${name}/${action}`, 'POST')
  const view = (await response.json()) as SiteView & { error?: string; en?: string }
  if (!response.ok)
    throw refuse(siteDidNotStart, { name, reason: view.en ?? view.error ?? String(response.status), log: layout.siteLog(data, name) })
  console.log(line(view, lang))
}

export async function listSites(data: string, lang: Lang): Promise<void> {
  const response = await call(runningBox(data), '/api/sites', 'GET')
  const { sites } = (await response.json()) as { sites: SiteView[] }
  for (const one of sites) console.log(line(one, lang))
}

function line(view: SiteView, lang: Lang): string {
  const states: Record<string, string> = {
    running: 'đang chạy',
    stopped: 'đã đóng',
    starting: 'đang mở',
    stopping: 'đang đóng',
    failed: 'lỗi',
  }
  return `${view.name.padEnd(12)} ${(lang === 'vi' ? (states[view.state] ?? view.state) : view.state).padEnd(10)} ${view.url.padEnd(24)} ${view.title}`
}

function runningBox(data: string): RuntimeNote {
  const note = readRuntime(data)
  if (!note || lockHolder(layout.lock(data))?.identity !== note.identity) throw refuse(boxNotRunning, { folder: data })
  return note
}

async function call(box: RuntimeNote, path: string, method: 'GET' | 'POST'): Promise<Response> {
  return await fetch(`${box.control}${path}`, { method, headers: { [CONTROL_TOKEN_HEADER]: box.token } })
}
