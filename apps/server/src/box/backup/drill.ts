/** The drill: a backup is restored to a scratch place and looked at; a backup nobody restored is a hope. */

import { existsSync, readdirSync, rmSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { makeFolder } from '../folder.ts'
import { layout } from '../layout.ts'
import { isAlive } from '../process.ts'
import { writeWhole } from '../site-keys.ts'
import { type Looked, lookAt } from './look.ts'
import { readManifest } from './manifest.ts'
import { clearRestored, restore } from './restore.ts'

export interface SiteDrill extends Looked {
  tables: number
  rows: number
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
  const looked: Looked[] = []
  makeFolder(scratch)
  let owned = false
  try {
    const restored = await restore({
      from,
      data: scratch,
      ...(options.say ? { say: options.say } : {}),
      inspect: async (_postgres, sites) => {
        owned = true
        for (const site of sites) looked.push(await lookAt(site, layout.site(scratch, site.name), manifest.absentBlobs[site.name] ?? []))
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
    return writeReport(from, report)
  } finally {
    if (owned) await clearRestored(scratch)
    if (!existed) rmSync(scratch, { recursive: true, force: true })
  }
}

/** Lays the report beside the backup, for machines and for people. */
export function writeReport(from: string, report: DrillReport): DrillReport {
  writeWhole(`${from}.drill.json`, `${JSON.stringify(report, null, 1)}\n`)
  writeWhole(`${from}.drill.txt`, drillText(report))
  return report
}

/** Scratch places of drills that were killed. */
export async function sweepDead(from: string): Promise<void> {
  for (const name of readdirSync(dirname(from))) {
    const pid = name.startsWith(`${basename(from)}.drill-`) ? Number(name.split('.drill-').at(-1)) : Number.NaN
    if (!Number.isInteger(pid) || isAlive(pid)) continue
    await clearRestored(join(dirname(from), name))
    rmSync(join(dirname(from), name), { recursive: true, force: true })
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
