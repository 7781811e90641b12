/** `yba demo claims --out DIR`: the files of the worked example in docs/integrators, with times of this hour. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { example } from '@yba/people'
import type { Lang } from './text.ts'

export function demoClaims({ out, lang }: { out: string; lang: Lang }): void {
  const { files, slip, sender } = example(new Date())
  mkdirSync(out, { recursive: true })
  for (const { name, bytes } of files) writeFileSync(join(out, name), bytes)
  const vi = lang === 'vi'
  for (const { name, facility } of files) console.log(`${join(out, name)}  ${facility}`)
  console.log(
    vi ? `Phiếu ${slip}, đợt ${sender.maLk}. Người bệnh không có thật.` : `Slip ${slip}, stay ${sender.maLk}. The patient is invented.`,
  )
}
