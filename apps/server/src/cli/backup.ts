/** `yba backup`, `yba backup drill`, `yba restore`. */

import { backup } from '../box/backup/backup.ts'
import { drill, drillText } from '../box/backup/drill.ts'
import { restore } from '../box/backup/restore.ts'
import type { Lang } from './text.ts'

const progress = (line: string): void => console.error(`  ${line}`)

export async function backupCommand(options: { data: string; to: string; json: boolean; lang: Lang }): Promise<void> {
  const { files, ...made } = await backup({ data: options.data, to: options.to, say: progress })
  if (options.json)
    return console.log(JSON.stringify({ id: made.id, point: made.point, files: files.length, bytes: made.bytes, seconds: made.seconds }))
  const size = `${(made.bytes / 1e6).toFixed(1)} MB, ${made.seconds.toFixed(1)} s`
  console.log(
    options.lang === 'vi'
      ? `✓ Đã sao lưu vào ${options.to}: ${files.length} tệp, ${size}`
      : `✓ Backed up to ${options.to}: ${files.length} files, ${size}`,
  )
}

export async function restoreCommand(options: { from: string; data: string; toTime?: string; json: boolean; lang: Lang }): Promise<void> {
  const { from, data, toTime } = options
  const restored = await restore({ from, data, ...(toTime ? { toTime } : {}), say: progress })
  if (options.json) return console.log(JSON.stringify({ id: restored.manifest.id, epochs: restored.epochs, seconds: restored.seconds }))
  const seconds = restored.seconds.toFixed(1)
  console.log(
    options.lang === 'vi'
      ? `✓ Đã phục hồi vào ${data} (${seconds} s). Chạy: npm start -- --data ${data}`
      : `✓ Restored to ${data} (${seconds} s). Run: npm start -- --data ${data}`,
  )
}

/** Exit code 1 when something was not as it should be. */
export async function drillCommand(options: { from: string; scratch?: string; json: boolean }): Promise<void> {
  const report = await drill({ from: options.from, ...(options.scratch ? { scratch: options.scratch } : {}), say: progress })
  console.log(options.json ? JSON.stringify(report) : drillText(report).trimEnd())
  if (!report.ok) process.exitCode = 1
}
