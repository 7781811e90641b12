/** `yba doctor`: looks at this machine and says the cure of what is wrong. */

import { existsSync, statfsSync } from 'node:fs'
import { freemem } from 'node:os'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findingText, OutcomeError } from '@yba/fhir'
import { findChromium, INSTALL_CHROMIUM } from '../box/chromium.ts'
import { layout, readRuntime } from '../box/layout.ts'
import { lockHolder } from '../box/lock.ts'
import { AUTHORITY_PORT, DEMO_SITES, POSTGRES_PORT } from '../box/plan.ts'
import { isFree } from '../box/postgres.ts'
import { preparePostgresHome } from '../box/postgres-home.ts'
import { runQuietly } from '../box/process.ts'
import { readSiteKeys } from '../box/site-keys.ts'
import type { Lang } from './text.ts'

interface Check {
  name: string
  state: 'good' | 'note' | 'bad'
  vi: string
  en: string
}

/** Exit code 1 when something is wrong that keeps the box from running. */
export async function doctor(options: { data: string; port: number; json: boolean; lang: Lang }): Promise<void> {
  const checks = [node(), disk(options.data), memory(), await ports(options.data, options.port), postgres(options.data)]
  checks.push(...(await keys(options.data)), await clock(), await chromium(), outsideTools())
  if (options.json) console.log(JSON.stringify(checks))
  else for (const one of checks) console.log(`${{ good: '✓', note: '·', bad: '✖' }[one.state]} ${one.name.padEnd(12)} ${one[options.lang]}`)
  if (checks.some((one) => one.state === 'bad')) process.exitCode = 1
}

function node(): Check {
  const good = Number(process.versions.node.split('.')[0]) >= 24
  return good
    ? { name: 'node', state: 'good', vi: `Node ${process.versions.node}`, en: `Node ${process.versions.node}` }
    : {
        name: 'node',
        state: 'bad',
        vi: `Node ${process.versions.node} quá cũ: chạy qua npm (npm run yba)`,
        en: `Node ${process.versions.node} is too old: run through npm (npm run yba)`,
      }
}

function disk(data: string): Check {
  let folder = data
  while (!existsSync(folder)) folder = dirname(folder)
  const { bavail, bsize } = statfsSync(folder)
  const gb = (bavail * bsize) / 1e9
  const text = `${gb.toFixed(1)} GB`
  return gb > 2
    ? { name: 'disk', state: 'good', vi: `còn ${text}`, en: `${text} free` }
    : {
        name: 'disk',
        state: gb > 0.5 ? 'note' : 'bad',
        vi: `chỉ còn ${text}: dọn đĩa hoặc dùng --data ở đĩa khác`,
        en: `only ${text} free: make room, or use --data on another disk`,
      }
}

function memory(): Check {
  // MemAvailable counts what caches would give back.
  const free = process.availableMemory?.() ?? freemem()
  const text = `${(free / 1e9).toFixed(1)} GB`
  return free > 1e9
    ? { name: 'memory', state: 'good', vi: `còn ${text}`, en: `${text} free` }
    : { name: 'memory', state: 'note', vi: `chỉ còn ${text}: đóng bớt chương trình khác`, en: `only ${text} free: close other programs` }
}

async function ports(data: string, base: number): Promise<Check> {
  if (lockHolder(layout.lock(data))) {
    const at = readRuntime(data)?.control ?? ''
    return { name: 'ports', state: 'good', vi: `tỉnh mẫu đang chạy: ${at}`, en: `the province is running: ${at}` }
  }
  const wanted = [base, ...DEMO_SITES.map((site) => base + site.port), base + AUTHORITY_PORT, base + POSTGRES_PORT]
  const taken: number[] = []
  for (const port of wanted) if (!(await isFree(port))) taken.push(port)
  return taken.length === 0
    ? { name: 'ports', state: 'good', vi: `${base}…${base + POSTGRES_PORT} trống`, en: `${base}…${base + POSTGRES_PORT} are free` }
    : {
        name: 'ports',
        state: 'bad',
        vi: `cổng ${taken.join(', ')} đã bị dùng: npm start -- --port 9000`,
        en: `ports ${taken.join(', ')} are taken: npm start -- --port 9000`,
      }
}

function postgres(data: string): Check {
  try {
    const home = preparePostgresHome(layout.postgres(data))
    const as = home.runAs ? ` (uid ${home.runAs.uid})` : ''
    return {
      name: 'postgres',
      state: 'good',
      vi: `PostgreSQL ${home.version}${as}, dữ liệu ở ${home.state}`,
      en: `PostgreSQL ${home.version}${as}, data in ${home.state}`,
    }
  } catch (error) {
    return { name: 'postgres', state: 'bad', ...sentence(error) }
  }
}

async function keys(data: string): Promise<Check[]> {
  const checks: Check[] = []
  for (const site of DEMO_SITES) {
    const folder = layout.site(data, site.name)
    if (!existsSync(folder)) continue
    try {
      const { trust, client } = await readSiteKeys(folder)
      const days = client?.notAfter ? Math.floor((client.notAfter.getTime() - Date.now()) / 86_400_000) : Number.POSITIVE_INFINITY
      if (days < 30)
        checks.push({
          name: 'keys',
          state: days < 0 ? 'bad' : 'note',
          vi: `${site.name}: khóa nối trục còn ${days} ngày: npm run yba -- keys rotate client --site ${site.name}`,
          en: `${site.name}: ${days} days left of the key to the hub: npm run yba -- keys rotate client --site ${site.name}`,
        })
      checks.push({
        name: `keys`,
        state: 'good',
        vi: `${site.name}: mở được, ${trust.length} chứng thư gốc`,
        en: `${site.name}: readable, ${trust.length} trust anchor`,
      })
    } catch (error) {
      const text = sentence(error)
      checks.push({ name: 'keys', state: 'bad', vi: `${site.name}: ${text.vi}`, en: `${site.name}: ${text.en}` })
    }
  }
  return checks
}

/** The wall clock must walk like the steady one; how far it is from true time only a time service knows. */
async function clock(): Promise<Check> {
  const [wall, steady] = [Date.now(), performance.now()]
  await sleep(200)
  const drift = Math.abs(Date.now() - wall - (performance.now() - steady))
  const synced = runQuietly('timedatectl', ['show', '-p', 'NTPSynchronized', '--value'])
  const now = new Date().toISOString()
  if (drift > 50)
    return {
      name: 'clock',
      state: 'note',
      vi: `đồng hồ nhảy ${Math.round(drift)} ms: kiểm tra chrony`,
      en: `the clock jumps by ${Math.round(drift)} ms: check chrony`,
    }
  if (synced === 'no')
    return {
      name: 'clock',
      state: 'note',
      vi: `${now}, chưa đồng bộ: cài chrony trước khi ký thật`,
      en: `${now}, not synchronised: install chrony before real signing`,
    }
  return { name: 'clock', state: 'good', vi: now, en: now }
}

async function chromium(): Promise<Check> {
  const found = await findChromium()
  return found
    ? { name: 'chromium', state: 'good', vi: found.executable, en: found.executable }
    : {
        name: 'chromium',
        state: 'note',
        vi: `chỉ cần cho npm test: ${INSTALL_CHROMIUM}`,
        en: `only npm test needs it: ${INSTALL_CHROMIUM}`,
      }
}

function outsideTools(): Check {
  const missing = [
    ['pdfsig', 'poppler-utils'],
    ['openssl', 'openssl'],
  ].filter(([tool]) => runQuietly('sh', ['-c', `command -v ${tool}`]) === undefined)
  const packages = missing.map(([, name]) => name).join(' ')
  return missing.length === 0
    ? { name: 'judges', state: 'good', vi: 'pdfsig, openssl', en: 'pdfsig, openssl' }
    : {
        name: 'judges',
        state: 'note',
        vi: `để kiểm chữ ký bằng phần mềm ngoài: apt-get install ${packages}`,
        en: `to judge signatures with outside tools: apt-get install ${packages}`,
      }
}

function sentence(error: unknown): { vi: string; en: string } {
  const first = error instanceof OutcomeError ? error.findings[0] : undefined
  if (!first) return { vi: String(error), en: String(error) }
  const text = findingText(first)
  return { vi: `${text.vi} ${text.cure.vi}`, en: `${text.en} ${text.cure.en}` }
}
