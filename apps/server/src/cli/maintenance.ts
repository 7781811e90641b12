/** `yba migrate`, `yba seed`, `yba audit verify`. */

import { DEMO_SITES } from '../box/plan.ts'
import { seedSite } from '../box/seed.ts'
import { withSites } from '../box/with-site.ts'
import type { VerifyAnswer } from '../features/audit/contract.ts'
import { verifyAudit as verifySite } from '../features/audit/index.ts'
import type { Lang } from './text.ts'

/** Opening a site brings its database to the present layout. */
export async function migrate(data: string, named: string | undefined): Promise<void> {
  await withSites(data, named, async (site) => console.log(`${site.name} ✓`))
}

export async function seed(data: string, named: string | undefined): Promise<void> {
  await withSites(data, named, async (site) => {
    const plan = DEMO_SITES.find((one) => one.name === site.name)
    if (plan) await seedSite(data, plan, site, (line) => console.log(`${site.name}: ${line}`))
  })
}

function rootsText(roots: VerifyAnswer['roots'], lang: Lang): string {
  const vi = lang === 'vi'
  if (!roots.last)
    return vi
      ? 'chưa có ngày nào trọn vẹn để gửi nơi khác giữ (lập sau nửa đêm)'
      : 'no whole day yet for others to keep (made after midnight)'
  const where = roots.deposited ? `${roots.deposited.day} (${roots.deposited.heldBy})` : '—'
  const missing = roots.missing.length > 0 ? `; ${vi ? 'nơi khác chưa giữ' : 'held nowhere else'}: ${roots.missing.join(', ')}` : ''
  const unasked = roots.unasked ? `; ${vi ? 'không hỏi được trục' : 'the hub could not be asked'}: ${roots.unasked}` : ''
  return `${vi ? 'gốc ngày' : 'roots'} ${roots.first} – ${roots.last}; ${vi ? 'nơi khác giữ đến' : 'others hold up to'} ${where}${missing}${unasked}`
}

/** Exit code 1 when a row was changed, removed or moved. */
export async function verifyAudit(data: string, named: string | undefined, options: { json: boolean; lang: Lang }): Promise<void> {
  const answers: Record<string, unknown> = {}
  await withSites(data, named, async (site) => {
    const verdict = await verifySite(site)
    answers[site.name] = verdict
    if (!verdict.ok) process.exitCode = 1
    if (options.json) return
    const { roots } = verdict
    const numbers =
      options.lang === 'vi' ? `${verdict.rows} dòng, ${verdict.seals} niêm phong` : `${verdict.rows} rows, ${verdict.seals} seals`
    console.log(
      `${verdict.ok ? '✓' : '✖'} ${site.name.padEnd(12)} ${numbers}${verdict.problem ? `: ${verdict.problem[options.lang]}` : ''}`,
    )
    for (const one of roots.differences) console.log(`  ✖ ${one.day}: ${one[options.lang]}`)
    console.log(`  ${rootsText(roots, options.lang)}`)
  })
  if (options.json) console.log(JSON.stringify(answers))
}
