/** Rows as screens and programs are shown them. */
import { finding } from '@yba/fhir'
import { findingView } from '../../referral/index.ts'
import type { ReceivedFile, ReceivedRecord, WatchedFolderView } from '../contract.ts'
import { SILENT_MS } from './folder-alerts.ts'
import { troubleView } from './folder-trouble.ts'
import { RECORDS_REMOVED } from './outcomes.ts'
import type { WatchRow } from './tables/watches.ts'
import type { FileRow, ListedRow, RecordRow } from './tables.ts'

export function fileView(f: FileRow | ListedRow): ReceivedFile {
  const { created, updated, unchanged, refused, issues } = f
  return {
    id: f.id,
    name: f.name,
    sha256: f.sha256,
    bytes: Number(f.size),
    cameBy: f.came_by,
    by: f.by,
    ...(f.folder ? { folder: f.folder } : {}),
    receivedAt: f.received_at.toISOString(),
    ...(f.finished_at ? { finishedAt: f.finished_at.toISOString() } : {}),
    state: f.state,
    ...(f.layout ? { layout: f.layout } : {}),
    ...(f.facility ? { facility: f.facility } : {}),
    ...(f.total === null ? {} : { total: f.total }),
    judged: 'judged' in f ? (f as ListedRow).judged : (f.total ?? 0),
    counts: { created, updated, unchanged, refused, issues },
    times: 'times' in f ? (f as ListedRow).times : 1,
    findings: f.trimmed_at ? [...f.findings, findingView(finding(RECORDS_REMOVED))] : f.findings,
    ...(f.trouble ? { trouble: f.trouble } : {}),
  }
}

export const recordView = (r: RecordRow): ReceivedRecord => ({
  at: r.at,
  maLk: r.ma_lk,
  result: r.result,
  ...(r.patient ? { patient: { id: r.patient } } : {}),
  ...(r.encounter ? { encounter: r.encounter } : {}),
  ...(r.referral ? { referral: r.referral } : {}),
  resources: r.resources,
  findings: r.findings,
})

export const watchView = (w: WatchRow, now: Date): WatchedFolderView => ({
  folder: w.folder,
  by: w.by,
  host: w.host,
  seenAt: w.seen_at.toISOString(),
  ...(w.looked_at ? { lookedAt: w.looked_at.toISOString() } : {}),
  waiting: w.waiting,
  ...(w.oldest_at ? { oldestAt: w.oldest_at.toISOString() } : {}),
  ...(w.trouble ? { trouble: w.trouble, why: troubleView(w.trouble) } : {}),
  since: w.since.toISOString(),
  silent: now.getTime() - w.seen_at.getTime() >= SILENT_MS,
})
