/** Which watched folders need a person: silent, unreadable, or with files that wait. */
import { listPrograms } from '../../../access/index.ts'
import type { Site } from '../../../site.ts'
import type { NewAlert } from '../../exchange/index.ts'
import { troubleView } from './folder-trouble.ts'
import { type WatchRow, watches } from './tables/watches.ts'

const MINUTE = 60_000
/** Its program tells every half minute. */
export const SILENT_MS = 10 * MINUTE
const TROUBLE_MS = 5 * MINUTE
const WAITING_MS = 30 * MINUTE

export const FOLDER_ALERTS: ReadonlySet<string> = new Set(['folder-silent', 'folder-unreadable', 'folder-waiting'])

const minutes = (from: Date, now: Date): number => Math.floor((now.getTime() - from.getTime()) / MINUTE)
/** Where it is, for people; two computers may watch folders of one name. */
const subjectOf = (w: WatchRow): string => `${w.host}: ${w.folder}`
const alert = (w: WatchRow, one: Pick<NewAlert, 'kind' | 'vi' | 'en' | 'cure'>): NewAlert => ({
  subject: subjectOf(w),
  severity: 'warning',
  role: 'administrator',
  ...one,
})

function alertsOf(w: WatchRow, now: Date): NewAlert[] {
  const silent = now.getTime() - w.seen_at.getTime()
  if (silent >= SILENT_MS) return [silentFolder(w, minutes(w.seen_at, now))]
  const found: NewAlert[] = []
  const blind = w.looked_at ? now.getTime() - w.looked_at.getTime() : 0
  if ((w.trouble && now.getTime() - w.since.getTime() >= TROUBLE_MS) || blind >= SILENT_MS) found.push(unreadable(w))
  if (w.oldest_at && now.getTime() - w.oldest_at.getTime() >= WAITING_MS) found.push(waiting(w, minutes(w.oldest_at, now)))
  return found
}

const silentFolder = (w: WatchRow, n: number): NewAlert =>
  alert(w, {
    kind: 'folder-silent',
    vi: `Không nghe từ chương trình theo dõi thư mục ${w.folder} (máy ${w.host}) đã ${n} phút.`,
    en: `The program that watches ${w.folder} (on ${w.host}) has been silent for ${n} minutes.`,
    cure: {
      vi: 'Kiểm tra máy và chương trình yba edge; tệp HIS thả vào thư mục vẫn nằm đó, không mất. Không dùng thư mục này nữa: yba program stop.',
      en: 'Check the computer and yba edge; what the HIS drops lies there and is not lost. A folder no longer used: yba program stop.',
    },
  })

function unreadable(w: WatchRow): NewAlert {
  const { vi, en, cure } = troubleView(w.trouble)
  const code = w.trouble ? ` [${w.trouble}]` : ''
  return alert(w, {
    kind: 'folder-unreadable',
    vi: `Thư mục ${w.folder} (máy ${w.host}) không đọc được. ${vi}${code}`,
    en: `The folder ${w.folder} (on ${w.host}) cannot be read. ${en}${code}`,
    cure,
  })
}

const waiting = (w: WatchRow, n: number): NewAlert =>
  alert(w, {
    kind: 'folder-waiting',
    vi: `${w.waiting} tệp của thư mục ${w.folder} (máy ${w.host}) chưa có trả lời, lâu nhất ${n} phút.`,
    en: `${w.waiting} files of ${w.folder} (on ${w.host}) have no answer yet, the oldest for ${n} minutes.`,
    cure: {
      vi: 'Mở trang Nhập hồ sơ, xem tệp đang đọc và lỗi của thư mục; tệp lớn cả tháng có thể cần hơn nửa giờ.',
      en: 'Open the import page for files under way and the trouble of the folder; a month in one file may take above half an hour.',
    },
  })

/** Those of programs that still have their token. */
export async function folderAlerts(site: Site, now: Date): Promise<NewAlert[]> {
  const told = await watches(site.store)
  if (told.length === 0) return []
  const stopped = new Set((await listPrograms(site.store.sql)).filter((p) => p.stoppedAt).map((p) => `system:import:${p.id}`))
  return told.filter((w) => !stopped.has(w.caller)).flatMap((w) => alertsOf(w, now))
}
