/**
 * What nobody would notice by themselves: a pass each half minute looks, raises what is wrong and clears what is over.
 * All by the site's clock; a pass that finds nothing changes nothing.
 */
import { statfs } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { systemCaller } from '../../access/index.ts'
import type { Role } from '../../access/permissions.ts'
import type { Site } from '../../site.ts'
import type { Transaction } from '../../store/types.ts'
import { facilities } from '../directory/index.ts'
import { clearAlert, type NewAlert, openAlerts, raiseAlert } from './alerts.ts'
import { contacts } from './contacts.ts'
import { UNREACHABLE_HOURS } from './dead-letters.ts'
import { stillRunning } from './running.ts'
import { buryUnreachable, deadLetterCounts, settleOvertaken } from './tables/dead-letters.ts'
import { exchangeCounts, trimRefusals } from './tables/page.ts'
import { readLine } from './tables/tries.ts'

const EVERY_MS = 30_000
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const SILENT_MS = HOUR
const LINE_DOWN_MS = 10 * MINUTE
const OLD_MESSAGE_MS = HOUR
const KEPT_REFUSALS = 2_000
const GIGABYTE = 1_073_741_824

type Found = NewAlert[]

/** Kinds this file looks after; an open alert of such a kind that a pass does not find again is over. */
const OWN = ['node-silent', 'hub-unreachable', 'message-old', 'dead-letters', 'threads-parked', 'disk-low']

const minutes = (ms: number): number => Math.floor(ms / MINUTE)
const clock = new Intl.DateTimeFormat('vi-VN', {
  timeZone: 'Asia/Ho_Chi_Minh',
  day: '2-digit',
  month: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})
const at = (d: Date): string => clock.format(d)

async function silentNodes(site: Site, now: Date): Promise<Found> {
  const names = new Map((await facilities(site.store)).filter((f) => f.active).map((f) => [f.code, f.name]))
  const silent = (await contacts(site)).filter((c) => names.has(c.facility) && now.getTime() - c.seen_at.getTime() >= SILENT_MS)
  return silent.map((c) => ({
    kind: 'node-silent',
    subject: c.facility,
    severity: 'error',
    role: 'hub-operator',
    vi: `${names.get(c.facility)} im lặng từ ${at(c.seen_at)}.`,
    en: `${names.get(c.facility)} has been silent since ${at(c.seen_at)}.`,
    cure: {
      vi: 'Gọi cho quản trị viên của cơ sở: máy chủ hoặc đường truyền có thể đã dừng. Phiếu gửi tới cơ sở này nằm chờ, không mất.',
      en: "Call the facility's administrator: its server or line may be down. What is addressed to it waits, nothing is lost.",
    },
    details: { since: c.seen_at.toISOString() },
  }))
}

async function lineAndMessages(site: Site, now: Date): Promise<Found> {
  const found: Found = []
  const [counts, line, letters] = await Promise.all([exchangeCounts(site.store), readLine(site.store), deadLetterCounts(site.store)])
  if (line && !line.up && now.getTime() - line.since.getTime() >= LINE_DOWN_MS) {
    found.push({
      kind: 'hub-unreachable',
      subject: 'hub',
      severity: 'error',
      role: 'administrator',
      vi: `Không liên lạc được với trục liên thông từ ${at(line.since)}.`,
      en: `The exchange hub cannot be reached since ${at(line.since)}.`,
      cure: {
        vi: 'Kiểm tra đường truyền và trang trạng thái của trục. Phiếu vẫn ký và in được; hệ thống tự gửi khi có đường truyền.',
        en: 'Check the line and the status page of the hub. Slips can be signed and printed; they are sent when the line is back.',
      },
      details: { why: line.why },
    })
  }
  if (counts.oldest && now.getTime() - counts.oldest.getTime() >= OLD_MESSAGE_MS) {
    found.push({
      kind: 'message-old',
      subject: 'outbox',
      severity: 'warning',
      role: 'referral-desk',
      vi: `Có tin chờ gửi từ ${at(counts.oldest)}.`,
      en: `A message has been waiting since ${at(counts.oldest)}.`,
      cure: {
        vi: 'Người bệnh đi ngay thì in phiếu giấy mang theo; tin vẫn được gửi khi có thể.',
        en: 'If the patient leaves now, give the printed slip along; the message is still sent when it can be.',
      },
      details: { minutes: minutes(now.getTime() - counts.oldest.getTime()) },
    })
  }
  for (const l of letters) {
    found.push({
      kind: 'dead-letters',
      subject: l.role,
      severity: 'error',
      role: l.role as Role,
      vi: `${l.n} tin liên thông chờ người xử lý, lâu nhất từ ${at(l.oldest)}.`,
      en: `${l.n} messages wait for a person, the oldest since ${at(l.oldest)}.`,
      cure: { vi: 'Mở trang Liên thông, mục Cần xử lý.', en: 'Open the exchange page, tab "To deal with".' },
      details: { count: l.n },
    })
  }
  if (counts.parked > 0) {
    found.push({
      kind: 'threads-parked',
      subject: 'feed',
      severity: 'warning',
      role: 'administrator',
      vi: `${counts.parked} luồng nhận về đang để riêng vì chưa áp dụng được.`,
      en: `${counts.parked} incoming threads are put aside because they could not be applied.`,
      cure: { vi: 'Mở trang Liên thông, mục Nhận về, xem lý do.', en: 'Open the exchange page, tab "Received", and read the reason.' },
      details: { count: counts.parked },
    })
  }
  return found
}

async function machine(site: Site): Promise<Found> {
  const found: Found = []
  const role: Role = site.role === 'hub' ? 'hub-operator' : 'administrator'
  const disk = await statfs(site.settings.folder)
  const free = disk.bavail * disk.bsize
  const size = disk.blocks * disk.bsize
  if (free < GIGABYTE || (free < 5 * GIGABYTE && free < size * 0.1)) {
    const text = (free / GIGABYTE).toFixed(1)
    found.push({
      kind: 'disk-low',
      subject: 'disk',
      severity: free < GIGABYTE ? 'error' : 'warning',
      role,
      vi: `Ổ đĩa của hệ thống chỉ còn ${text} GB.`,
      en: `Only ${text} GB are left on the disk.`,
      cure: {
        vi: 'Giải phóng chỗ hoặc mở rộng ổ đĩa trước khi hệ thống phải từ chối ghi.',
        en: 'Free or add space before writes must be refused.',
      },
      details: { freeBytes: free },
    })
  }
  return found
}

/** One pass. Gives what is open of its own kinds afterwards. */
export async function watchPass(site: Site): Promise<NewAlert[]> {
  const now = site.clock.now()
  await stillRunning(site)
  const facility = site.settings.facility.code
  const store = site.store.as(systemCaller('watch', facility))
  await store.transact(async (tx) => {
    const before = new Date(now.getTime() - UNREACHABLE_HOURS * HOUR)
    const changed = (await buryUnreachable(tx, before, 'administrator', now)) + (await settleOvertaken(tx, now))
    if (site.role === 'hub') await trimRefusals(tx, KEPT_REFUSALS)
    if (changed > 0) tx.emit({ kind: 'exchange.changed', thread: 'Exchange/messages' })
  })
  const found = [...(site.role === 'hub' ? await silentNodes(site, now) : await lineAndMessages(site, now)), ...(await machine(site))]
  await store.transact((tx) => settleAlerts(tx, found, now))
  return found
}

async function settleAlerts(tx: Transaction, found: Found, now: Date): Promise<void> {
  for (const alert of found) await raiseAlert(tx, alert, now)
  for (const open of await openAlerts(tx)) {
    const still = !OWN.includes(open.kind) || found.some((a) => a.kind === open.kind && a.subject === open.subject)
    if (!still) await clearAlert(tx, open.kind, open.subject, now)
  }
}

/** Looks until stopped. */
export function startWatch(site: Site): { stop(): Promise<void> } {
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, site.stopping])
  const running = (async () => {
    while (!signal.aborted) {
      await watchPass(site).catch((error: unknown) => {
        if (!signal.aborted) site.log.error({ err: error }, 'a pass of the watch failed')
      })
      await delay(EVERY_MS, undefined, { signal }).catch(() => undefined)
    }
  })()
  return {
    stop: async () => {
      stop.abort()
      await running
    },
  }
}
