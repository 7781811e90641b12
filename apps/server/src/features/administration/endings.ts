/**
 * What runs out on a known day, and whose work it is to see to it: the site's own keys, the authorities its signatures
 * rest on and their services, at the hub the keys of the nodes, at a node the directory it keeps.
 */
import type { Bilingual } from '@yba/fhir'
import { nodeKeyEnds } from '../../access/index.ts'
import type { Role } from '../../access/permissions.ts'
import type { Site } from '../../site.ts'
import { directoryEnds, facilities } from '../directory/index.ts'
import { type AuthorityEnd, authorityEnds, unreadableKeyFiles } from '../documents/index.ts'
import type { NewAlert } from '../exchange/index.ts'
import { keyEnds } from './key-ends.ts'

const DAY_MS = 86_400_000
/** Days left → how loud; the soonest first. */
const STEPS = [
  { days: 1, severity: 'error' },
  { days: 7, severity: 'warning' },
  { days: 30, severity: 'information' },
] as const

export const ENDING_KINDS = ['certificate-expiring', 'authority-expiring', 'node-key-expiring', 'directory-ending', 'key-file-unreadable']

export interface Ending {
  kind: (typeof ENDING_KINDS)[number]
  subject: string
  notAfter: Date
  role: Role
  what: Bilingual
  cure: Bilingual
  /** Steps of one that never lasts longer. Default: all. */
  steps?: readonly number[]
}

/** Whose work the running of this site is. */
const keeper = (site: Site): Role => (site.role === 'hub' ? 'hub-operator' : 'administrator')

async function ownKeys(site: Site): Promise<Ending[]> {
  return (await keyEnds(site)).map(({ subject, name, notAfter }) => ({
    kind: 'certificate-expiring',
    subject,
    notAfter: new Date(notAfter),
    role: keeper(site),
    what: {
      vi: `Khóa hoặc chứng thư “${subject}”${name ? ` (${name})` : ''}`,
      en: `The key or certificate “${subject}”${name ? ` (${name})` : ''}`,
    },
    cure: {
      vi: `Gia hạn: npm run yba -- keys rotate ${subject} --site ${site.name}`,
      en: `Renew it: npm run yba -- keys rotate ${subject} --site ${site.name}`,
    },
  }))
}

const SERVICE: Record<AuthorityEnd['kind'], Bilingual> = {
  ca: { vi: 'Chứng thư của tổ chức chứng thực', en: 'The certificate of the authority' },
  ocsp: { vi: 'Chứng thư của dịch vụ trả lời thu hồi (OCSP)', en: 'The certificate of the revocation service (OCSP)' },
  tsa: { vi: 'Chứng thư của dịch vụ dấu thời gian', en: 'The certificate of the timestamp service' },
}
const ASK_AUTHORITY: Record<AuthorityEnd['kind'], Bilingual> = {
  ca: {
    vi: 'Hỏi nhà cung cấp chữ ký số chứng thư kế tiếp, thêm vào keys/trust.json và đổi chứng thư người ký trước ngày này.',
    en: 'Ask the provider for its next certificate, add it to keys/trust.json and renew the signers’ certificates before that day.',
  },
  ocsp: {
    vi: 'Hỏi nhà cung cấp chữ ký số bao giờ thay; chữ ký mới sẽ chờ kiểm tra nếu dịch vụ không thay kịp.',
    en: 'Ask the provider when it is replaced; new signatures wait for their check if it is not in time.',
  },
  tsa: {
    vi: 'Hỏi nhà cung cấp chữ ký số bao giờ thay; chữ ký mới sẽ chờ dấu thời gian nếu dịch vụ không thay kịp.',
    en: 'Ask the provider when it is replaced; new signatures wait for their timestamp if it is not in time.',
  },
}

async function authorities(site: Site): Promise<Ending[]> {
  return (await authorityEnds(site)).map(({ kind, serial, name, notAfter }) => ({
    kind: 'authority-expiring',
    subject: `${kind} ${serial.slice(0, 16)}`,
    notAfter,
    role: keeper(site),
    what: { vi: `${SERVICE[kind].vi} “${name}”`, en: `${SERVICE[kind].en} “${name}”` },
    cure: ASK_AUTHORITY[kind],
  }))
}

/** A node that forgets is not heard any more: the hub's operator knows before. */
async function nodeKeys(site: Site): Promise<Ending[]> {
  if (site.role !== 'hub') return []
  const names = new Map((await facilities(site.store)).map((f) => [f.code, f.name]))
  return (await nodeKeyEnds(site.store.sql)).flatMap(({ facility, ends_at }) => {
    const name = names.get(facility) ?? facility
    if (!ends_at) return []
    return {
      kind: 'node-key-expiring',
      subject: facility,
      notAfter: ends_at,
      role: 'hub-operator' as const,
      what: { vi: `Khóa nối trục của ${name}`, en: `The key of ${name} towards the hub` },
      cure: {
        vi: 'Gọi quản trị viên của cơ sở: npm run yba -- keys rotate client. Sau ngày này phiếu của họ nằm chờ.',
        en: 'Call the administrator of that facility: npm run yba -- keys rotate client. After that day its slips wait.',
      },
    }
  })
}

async function directory(site: Site): Promise<Ending[]> {
  const ends = await directoryEnds(site)
  if (!ends) return []
  const what = { vi: 'Danh bạ đang giữ', en: 'The directory kept here' }
  const cure = {
    vi: 'Kiểm tra đường tới trục: danh bạ mới được lấy về mỗi phút khi có đường truyền.',
    en: 'Look at the line to the hub: a new directory is fetched every minute while it is up.',
  }
  // It never lasts longer than a week, so only its last day is news.
  return [{ kind: 'directory-ending', subject: 'directory', notAfter: ends, role: 'administrator', what, cure, steps: [1] }]
}

/** Everything of this site that ends, and the kinds of which nothing can be told now: one silences no other. */
export async function endings(site: Site): Promise<{ ends: Ending[]; untold: string[] }> {
  const kinds = {
    'certificate-expiring': ownKeys,
    'authority-expiring': authorities,
    'node-key-expiring': nodeKeys,
    'directory-ending': directory,
  }
  const untold: string[] = []
  const told = Object.entries(kinds).map(([kind, of]) =>
    of(site).catch((error: unknown): Ending[] => {
      site.log.error({ err: error, kind }, 'key watch')
      untold.push(kind)
      return []
    }),
  )
  return { ends: (await Promise.all(told)).flat(), untold }
}

/** Key files that nobody can sign with any more: found by the watch, not by the doctor who wants to sign. */
export async function brokenKeys(site: Site): Promise<NewAlert[]> {
  return (await unreadableKeyFiles(site)).map((id) => ({
    kind: 'key-file-unreadable',
    subject: id,
    severity: 'error',
    role: keeper(site),
    vi: `Không đọc được tệp khóa ký “${id}”: không ký được bằng khóa này.`,
    en: `The key file “${id}” cannot be read: nothing can be signed with it.`,
    cure: {
      vi: `Khôi phục keys/signing/${id}.json từ bản sao lưu, hoặc cấp khóa mới: npm run yba -- keys rotate ${id} --site ${site.name}`,
      en: `Restore keys/signing/${id}.json from the backup, or make a new key: npm run yba -- keys rotate ${id} --site ${site.name}`,
    },
  }))
}

/** What is to be said of it now; undefined while nothing is. */
export function alertOf(one: Ending, now: Date): NewAlert | undefined {
  const left = one.notAfter.getTime() - now.getTime()
  const days = Math.floor(left / DAY_MS)
  const step = STEPS.find((s) => left < s.days * DAY_MS && (one.steps ?? [s.days]).includes(s.days))
  if (!step) return undefined
  const date = one.notAfter.toISOString().slice(0, 10)
  const over = left < 0
  return {
    kind: one.kind,
    // An alert stands once and keeps its first severity: a louder step is another one, and takes its place.
    subject: `${one.subject}/${step.days}`,
    severity: step.severity,
    role: one.role,
    vi: over
      ? `${one.what.vi} đã hết hạn ngày ${date}.`
      : `${one.what.vi} hết hạn ngày ${date}, ${days < 1 ? 'còn chưa đầy một ngày' : `còn ${days} ngày`}.`,
    en: over
      ? `${one.what.en} ran out on ${date}.`
      : `${one.what.en} runs out on ${date}, ${days < 1 ? 'less than a day is left' : `${days} days are left`}.`,
    cure: one.cure,
    details: { days, notAfter: one.notAfter.toISOString() },
  }
}
