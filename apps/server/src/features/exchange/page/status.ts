/**
 * The public status page, and the same as JSON: is the exchange up, who is connected, how much waits. No patient, no
 * number of a slip; counts are rounded, so that nobody is found by watching them. It says so when the database is away.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { type Html, html, type PublicPage, type PublicPageContext } from '../../../page.ts'
import type { Site } from '../../../site.ts'
import { facilities } from '../../directory/index.ts'
import { alertStory } from '../alerts.ts'
import { contacts } from '../contacts.ts'
import { lastKnown, runningSince } from '../running.ts'
import { suspendedNow } from '../tables/conduct.ts'
import { exchangeCounts } from '../tables/page.ts'
import { readLine } from '../tables/tries.ts'
import type { Lag } from './contract.ts'

const KEPT_MS = 5_000
const PATIENCE_MS = 3_000
const QUIET_MS = 120_000
const HOUR = 3_600_000
const DAY = 24 * HOUR
const INCIDENT_DAYS = 14
const MOST_INCIDENTS = 20
/** Alerts everybody may read: they name facilities and lines, nothing else. */
const PUBLIC_KINDS = new Set(['node-silent', 'hub-unreachable'])

export interface PublicStatus {
  role: 'facility' | 'hub'
  facility: string
  time: string
  up: boolean
  services: { name: 'site' | 'database' | 'hub'; up: boolean; since: string | null }[]
  nodes?: { name: string; state: 'connected' | 'quiet' | 'silent' | 'never' | 'suspended'; since: string | null }[]
  /** Rounded up: 0, "≤ 10", "≤ 100" … as the upper bound. */
  waitingUpTo: number | null
  /** Rounded up as well, and none from so few slips that one could be meant. */
  deliverySeconds?: { countUpTo: number; p50UpTo: number | null; p99UpTo: number | null }
  incidents: { vi: string; en: string; from: string; to: string | null }[]
}

interface Memory {
  kept: { at: number; status: Promise<PublicStatus> } | null
}

const memories = new WeakMap<Site, Memory>()

function memoryOf(site: Site): Memory {
  const known = memories.get(site)
  if (known) return known
  const fresh: Memory = { kept: null }
  memories.set(site, fresh)
  return fresh
}

/** The upper bound in powers of ten. */
export const upTo = (n: number): number => (n <= 0 ? 0 : 10 ** Math.max(1, Math.ceil(Math.log10(n))))

/** Steps in which times are told: enough to see whether the exchange is quick, too coarse to know one slip by. */
const STEPS = [5, 15, 60, 300, 900, 3600, 4 * 3600, 24 * 3600]
const FEW = 10

/** The upper bound of a time in seconds; null when there is none, or it is longer than a day. */
export const secondsUpTo = (n: number | null): number | null => (n === null ? null : (STEPS.find((s) => n <= s) ?? null))

const roundedLag = (lag: Lag): NonNullable<PublicStatus['deliverySeconds']> => {
  const told = lag.count >= FEW
  return { countUpTo: upTo(lag.count), p50UpTo: told ? secondsUpTo(lag.p50) : null, p99UpTo: told ? secondsUpTo(lag.p99) : null }
}

type LagOf = (site: Site, since: Date) => Promise<Lag>

async function nodesOf(site: Site, now: number): Promise<NonNullable<PublicStatus['nodes']>> {
  const seen = new Map((await contacts(site)).map((c) => [c.facility, c.seen_at]))
  const suspended = await suspendedNow(site.store)
  return (await facilities(site.store))
    .filter((f) => f.active)
    .map((f) => {
      const at = seen.get(f.code)
      const quiet = at ? now - at.getTime() : Number.POSITIVE_INFINITY
      const state = suspended.has(f.code) ? 'suspended' : !at ? 'never' : quiet < QUIET_MS ? 'connected' : quiet < HOUR ? 'quiet' : 'silent'
      return { name: f.name, state, since: state === 'connected' ? null : (at?.toISOString() ?? null) } as const
    })
}

async function ask(site: Site, lagOf: LagOf | undefined): Promise<PublicStatus> {
  const now = site.clock.now()
  const hub = site.role === 'hub'
  const [running, counts, line, story, nodes, lag] = await Promise.all([
    runningSince(site),
    exchangeCounts(site.store),
    hub ? null : readLine(site.store),
    alertStory(site.store, new Date(now.getTime() - INCIDENT_DAYS * DAY)),
    hub ? nodesOf(site, now.getTime()) : undefined,
    hub && lagOf ? lagOf(site, new Date(now.getTime() - DAY)) : undefined,
  ])
  const reports = hub ? (await contacts(site)).reduce((sum, c) => sum + (c.report?.waiting ?? 0), 0) : counts.waiting
  return {
    ...base(site, now),
    up: true,
    services: [
      { name: 'site', up: true, since: running?.site_since.toISOString() ?? null },
      { name: 'database', up: true, since: running?.database_since.toISOString() ?? null },
      ...(line ? [{ name: 'hub', up: line.up, since: line.since.toISOString() } as const] : []),
    ],
    ...(nodes ? { nodes } : {}),
    waitingUpTo: upTo(reports),
    ...(lag ? { deliverySeconds: roundedLag(lag) } : {}),
    incidents: story
      .filter((a) => PUBLIC_KINDS.has(a.kind))
      .slice(0, MOST_INCIDENTS)
      .map((a) => ({ vi: a.vi, en: a.en, from: a.first_at.toISOString(), to: a.cleared_at?.toISOString() ?? null })),
  }
}

const base = (site: Site, now: Date) => ({
  role: site.role === 'hub' ? ('hub' as const) : ('facility' as const),
  facility: site.settings.facility.name,
  time: now.toISOString(),
})

/** What can be said when the database does not answer. */
function withoutDatabase(site: Site): PublicStatus {
  const known = lastKnown(site)
  return {
    ...base(site, site.clock.now()),
    up: false,
    services: [
      { name: 'site', up: true, since: known?.site_since.toISOString() ?? null },
      { name: 'database', up: false, since: known?.seen_at.toISOString() ?? null },
    ],
    waitingUpTo: null,
    incidents: [],
  }
}

/** The state of this moment, kept for a few seconds; never throws. */
export async function publicStatus(site: Site, lagOf?: LagOf): Promise<PublicStatus> {
  const memory = memoryOf(site)
  const now = performance.now()
  if (memory.kept && now - memory.kept.at < KEPT_MS) return memory.kept.status
  const late = delay(PATIENCE_MS, undefined, { ref: false }).then(() => withoutDatabase(site))
  const asked = ask(site, lagOf).catch((error: unknown) => {
    if (!site.stopping.aborted) site.log.warn({ err: error }, 'the status page has no database')
    return withoutDatabase(site)
  })
  memory.kept = { at: now, status: Promise.race([asked, late]) }
  return memory.kept.status
}

const clock = new Intl.DateTimeFormat('vi-VN', { timeZone: 'Asia/Ho_Chi_Minh', dateStyle: 'short', timeStyle: 'short', hourCycle: 'h23' })
const when = (iso: string | null): string => (iso ? clock.format(new Date(iso)) : '—')

const TEXT = {
  vi: {
    title: 'Tình trạng liên thông',
    good: 'Hệ thống đang hoạt động.',
    bad: 'Hệ thống đang gặp sự cố.',
    badCure: 'Cơ sở dữ liệu chưa trả lời. Phiếu giấy và mã QR vẫn có giá trị; những gì đã ký nằm chờ ở cơ sở và tự gửi sau.',
    lineDown: 'Chưa liên lạc được với trục liên thông; phiếu nằm chờ và tự gửi khi có đường truyền.',
    services: 'Thành phần',
    site: 'Máy chủ',
    database: 'Cơ sở dữ liệu',
    hub: 'Đường tới trục liên thông',
    up: 'Hoạt động',
    down: 'Ngừng',
    since: 'từ',
    nodes: 'Các cơ sở',
    connected: 'Đang nối',
    quiet: 'Vắng tín hiệu',
    silent: 'Im lặng',
    never: 'Chưa nối',
    suspended: 'Tạm dừng nối',
    waiting: 'Tin đang chờ gửi',
    none: 'không có',
    atMost: 'không quá',
    lag: 'Thời gian chuyển đến cơ sở nhận trong 24 giờ qua',
    median: 'một nửa trong',
    almost: '99 % trong',
    seconds: 'giây',
    minutes: 'phút',
    hours: 'giờ',
    overDay: 'hơn một ngày',
    incidents: 'Sự cố trong 14 ngày qua',
    noIncidents: 'Không có.',
    still: 'chưa hết',
    asOf: 'Lúc',
  },
  en: {
    title: 'State of the exchange',
    good: 'The system is working.',
    bad: 'The system is in trouble.',
    badCure: 'The database does not answer. Paper slips and their QR codes remain valid; what is signed waits and is sent later.',
    lineDown: 'The exchange hub cannot be reached; slips wait and are sent when the line is back.',
    services: 'Parts',
    site: 'Server',
    database: 'Database',
    hub: 'Line to the exchange hub',
    up: 'Working',
    down: 'Down',
    since: 'since',
    nodes: 'Facilities',
    connected: 'Connected',
    quiet: 'No sign of life',
    silent: 'Silent',
    never: 'Never connected',
    suspended: 'Line paused',
    waiting: 'Messages waiting to be sent',
    none: 'none',
    atMost: 'at most',
    lag: 'Time until the receiver has a slip, last 24 hours',
    median: 'half within',
    almost: '99 % within',
    seconds: 'seconds',
    minutes: 'minutes',
    hours: 'hours',
    overDay: 'more than a day',
    incidents: 'Incidents of the last 14 days',
    noIncidents: 'None.',
    still: 'still open',
    asOf: 'At',
  },
} as const

type Text = (typeof TEXT)['vi' | 'en']
/** 15 giây, 5 phút, 4 giờ. */
function span(n: number | null, t: Text): string {
  if (n === null) return t.overDay
  return n < 60 ? `${n} ${t.seconds}` : n < 3600 ? `${n / 60} ${t.minutes}` : `${n / 3600} ${t.hours}`
}

function partsOf(s: PublicStatus, t: Text): Html {
  const rows = s.services.map(
    (one) =>
      html`<tr><th scope="row">${t[one.name]}</th><td class="${one.up ? 'on' : 'off'}">${one.up ? t.up : t.down}</td><td>${one.since && `${t.since} ${when(one.since)}`}</td></tr>`,
  )
  return html`<section><h2>${t.services}</h2><table>${rows}</table></section>`
}

function nodesPart(s: PublicStatus, t: Text): Html | null {
  if (!s.nodes) return null
  const rows = s.nodes.map(
    (n) =>
      html`<tr><th scope="row">${n.name}</th><td class="${n.state === 'connected' ? 'on' : n.state === 'silent' ? 'off' : 'soft'}">${t[n.state]}</td><td>${n.since && `${t.since} ${when(n.since)}`}</td></tr>`,
  )
  return html`<section><h2>${t.nodes}</h2><table>${rows}</table></section>`
}

function figures(s: PublicStatus, t: Text, lang: 'vi' | 'en'): Html | null {
  if (s.waitingUpTo === null) return null
  const d = s.deliverySeconds
  const waiting = s.waitingUpTo === 0 ? t.none : `${t.atMost} ${s.waitingUpTo.toLocaleString(lang === 'vi' ? 'vi-VN' : 'en-GB')}`
  return html`<section><dl><div><dt>${t.waiting}</dt><dd>${waiting}</dd></div>
${d && d.countUpTo > FEW && html`<div><dt>${t.lag}</dt><dd>${t.median} ${span(d.p50UpTo, t)}, ${t.almost} ${span(d.p99UpTo, t)}</dd></div>`}</dl></section>`
}

function incidents(s: PublicStatus, t: Text, lang: 'vi' | 'en'): Html | null {
  if (!s.up) return null
  const rows = s.incidents.map((i) => html`<li>${i[lang]} ${when(i.from)} – ${i.to ? when(i.to) : t.still}</li>`)
  return html`<section><h2>${t.incidents}</h2>${rows.length > 0 ? html`<ul>${rows}</ul>` : html`<p>${t.noIncidents}</p>`}</section>`
}

/** The page `/status`, with `/status.json`. */
export function statusPage(lagOf?: LagOf): PublicPage {
  return {
    name: 'status',
    path: '/status',
    why: 'Whether the exchange works is public; it names facilities and rounded counts only.',
    json: async ({ site }: PublicPageContext) => {
      const json = await publicStatus(site, lagOf)
      return { status: json.up ? 200 : 503, json }
    },
    async answer({ site, lang }) {
      const s = await publicStatus(site, lagOf)
      const t = TEXT[lang]
      const line = s.services.find((one) => one.name === 'hub')
      const cut = line !== undefined && !line.up
      const body = html`<section class="note ${!s.up ? 'bad' : cut ? 'warn' : 'good'}"><h1>${s.up ? t.good : t.bad}</h1>
${!s.up && html`<p>${t.badCure}</p>`}${cut && html`<p>${t.lineDown}</p>`}<p class="soft">${t.asOf} ${when(s.time)}</p></section>
${partsOf(s, t)}${nodesPart(s, t)}${figures(s, t, lang)}${incidents(s, t, lang)}
<p class="soft"><a href="/status.json">status.json</a></p>`
      return { status: s.up ? 200 : 503, title: t.title, body }
    },
  }
}
