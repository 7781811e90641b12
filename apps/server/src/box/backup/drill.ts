/** The drill: a backup is restored to a scratch place and looked at; a backup nobody restored is a hope. */

import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { openPool, openStore } from '../../store/index.ts'
import { layout } from '../layout.ts'
import { isAlive } from '../process.ts'
import { writeWhole } from '../site-keys.ts'
import { digestOf, type Manifest, readManifest } from './manifest.ts'
import { clearRestored, restore } from './restore.ts'
import { namedBlobs, type SiteDatabase } from './tables.ts'

export interface SiteDrill {
  name: string
  tables: number
  rows: number
  audit: { ok: boolean; rows: number; seals: number; problem?: string }
  blobs: { named: number; missing: string[]; damaged: string[] }
  epoch: number
}

export interface DrillReport {
  ok: boolean
  backup: { id: string; madeAt: string; bytes: number; files: number }
  drilledAt: string
  secondsToRestore: number
  differences: string[]
  sites: SiteDrill[]
}

export interface DrillOptions {
  from: string
  /** Empty or new folder, removed afterwards; default is beside the backup. */
  scratch?: string
  say?: (line: string) => void
}

/** Gives the report and writes it beside the backup, `<folder>.drill.json` and `.drill.txt`. Throws what `restore` throws. */
export async function drill(options: DrillOptions): Promise<DrillReport> {
  const from = resolve(options.from)
  const scratch = resolve(options.scratch ?? `${from}.drill-${process.pid}`)
  const existed = existsSync(scratch)
  await sweepDead(from)
  const manifest = await readManifest(from)
  const looked: Omit<SiteDrill, 'tables' | 'rows' | 'epoch'>[] = []
  mkdirSync(scratch, { recursive: true, mode: 0o755 })
  let owned = false
  try {
    const restored = await restore({
      from,
      data: scratch,
      ...(options.say ? { say: options.say } : {}),
      inspect: async (_postgres, sites) => {
        owned = true
        for (const site of sites) looked.push(await lookAt(scratch, site, manifest))
      },
    })
    const sites = looked.map((one) => {
      const tables = Object.values(restored.sites.find((site) => site.name === one.name)?.tables ?? {})
      return { ...one, tables: tables.length, rows: tables.reduce((sum, t) => sum + t.rows, 0), epoch: restored.epochs[one.name] ?? 0 }
    })
    const whole = sites.every((one) => one.audit.ok && one.blobs.missing.length + one.blobs.damaged.length === 0)
    const report: DrillReport = {
      ok: whole && restored.differences.length === 0 && sites.length === manifest.sites.length,
      backup: { id: manifest.id, madeAt: manifest.madeAt, bytes: manifest.bytes, files: manifest.files.length },
      drilledAt: new Date().toISOString(),
      secondsToRestore: restored.seconds,
      differences: restored.differences,
      sites,
    }
    writeWhole(`${from}.drill.json`, `${JSON.stringify(report, null, 1)}\n`)
    writeWhole(`${from}.drill.txt`, drillText(report))
    return report
  } finally {
    if (owned) await clearRestored(scratch)
    if (!existed) rmSync(scratch, { recursive: true, force: true })
  }
}

/** Scratch places of drills that were killed. */
async function sweepDead(from: string): Promise<void> {
  for (const name of readdirSync(dirname(from))) {
    const pid = name.startsWith(`${basename(from)}.drill-`) ? Number(name.split('.drill-').at(-1)) : Number.NaN
    if (!Number.isInteger(pid) || isAlive(pid)) continue
    await clearRestored(join(dirname(from), name))
    rmSync(join(dirname(from), name), { recursive: true, force: true })
  }
}

async function lookAt(data: string, site: SiteDatabase, manifest: Manifest): Promise<Omit<SiteDrill, 'tables' | 'rows' | 'epoch'>> {
  const folder = layout.site(data, site.name)
  const named = await namedBlobs(site.url)
  const absent = new Set(manifest.absentBlobs[site.name] ?? [])
  const blobs: SiteDrill['blobs'] = { named: named.length, missing: [], damaged: [] }
  for (const sha of named.filter((one) => !absent.has(one))) {
    const file = join(folder, 'blobs', sha.slice(0, 2), sha.slice(2, 4), sha)
    if (!existsSync(file)) blobs.missing.push(sha)
    else if ((await digestOf(file)) !== sha) blobs.damaged.push(sha)
  }
  return { name: site.name, audit: await verifyAudit(site, folder), blobs }
}

async function verifyAudit(site: SiteDatabase, folder: string): Promise<SiteDrill['audit']> {
  const pool = openPool(site.url, 3)
  const store = await openStore({
    pool,
    // Verifying reads no index, so the secret of the index does not matter here.
    siteKey: Buffer.alloc(32),
    clock: { now: () => new Date() },
    blobFolder: join(folder, 'blobs'),
    witnessFile: join(folder, 'audit-seals.txt'),
    sealEveryMs: 0,
  })
  try {
    const { ok, rows, seals, problem } = await store.audit.verify()
    return { ok, rows, seals, ...(problem ? { problem: `${problem.en} (seal ${problem.seal}, row ${problem.seq ?? '?'})` } : {}) }
  } finally {
    await store.close()
    await pool.end()
  }
}

/** The report as a few lines for a person. */
export function drillText(report: DrillReport): string {
  const lines = report.sites.map(
    (one) =>
      `${one.audit.ok && !one.blobs.missing.length && !one.blobs.damaged.length ? '✓' : '✖'} ${one.name.padEnd(12)} ${one.tables} tables, ${one.rows} rows; audit ${one.audit.rows} rows, ${one.audit.seals} seals${one.audit.problem ? `: ${one.audit.problem}` : ''}; blobs ${one.blobs.named} named, ${one.blobs.missing.length} missing, ${one.blobs.damaged.length} damaged; epoch ${one.epoch}`,
  )
  const head = `${report.ok ? '✓' : '✖'} ${report.backup.id} of ${report.backup.madeAt}, ${report.backup.files} files, ${(report.backup.bytes / 1e6).toFixed(1)} MB, restored in ${report.secondsToRestore.toFixed(1)} s at ${report.drilledAt}`
  const off = report.differences.map((what) => `✖ differs: ${what}`)
  return `${[head, ...lines, ...off].join('\n')}\n`
}
