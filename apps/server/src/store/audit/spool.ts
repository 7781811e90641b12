/**
 * No audit, no data; emergency access alone may go on while the audit table cannot be written (DESIGN 5.6). Its lines are
 * written to a file of this process and synced before anything is shown, each sealed under the site's key together with
 * the one before it, so that none can be read, changed, moved or taken out of the middle unseen. When the table takes rows
 * again the file is replayed in one transaction, with its order and its times, and removed.
 */
import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import type { Caller } from '../../access/caller.ts'
import { transaction } from '../db.ts'
import { type AuditLine, auditStatement } from './rows.ts'

/** Lines of one spool at most: an emergency, not a way of working. */
const MOST_LINES = 5000
const GLASS_MS = 4 * 3_600_000
const NAME = /^spool-(\d+)-([0-9a-f-]{36})\.log$/

export interface Glass {
  caller: string
  patient: string
  /** Row number of the patient. */
  rid: string
  until: number
}

interface Kept {
  epoch: number
  line: Omit<AuditLine, 'caller' | 'at'> & { at: string; caller: Omit<Caller, 'permissions' | 'grants'> }
  glass?: Glass
}

export interface Spool {
  /** Writes and syncs; false when the spool is full. */
  keep(lines: readonly AuditLine[], glass?: Glass): Promise<boolean>
  /** The patient whose record this person has opened in an emergency, while the spool stands. */
  glassOf(caller: string, now: number): Glass | undefined
  /** Lines that are not in the audit table yet. */
  waiting(): number
  /** Puts everything into the audit table, where it can be written. Gives the number of rows. */
  replay(): Promise<number>
  close(): Promise<void>
}

function seal(key: Buffer, before: string, n: number, text: string): string {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(`${n} ${before}`))
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64')
}

/** Lines of a file up to the first that is not whole: a process that died may have left half a line, of which nothing was shown. */
export function readSpool(key: Buffer, file: string, id: string): { kept: Kept[]; torn?: 'end' | 'middle' } {
  const lines = readFileSync(file, 'utf8').split('\n')
  const kept: Kept[] = []
  let before = id
  const whole = lines.filter((l) => l !== '')
  for (const line of whole) {
    try {
      const bytes = Buffer.from(line, 'base64')
      const plain = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
        .setAuthTag(bytes.subarray(12, 28))
        .setAAD(Buffer.from(`${kept.length} ${before}`))
      kept.push(JSON.parse(Buffer.concat([plain.update(bytes.subarray(28)), plain.final()]).toString('utf8')) as Kept)
      before = line
    } catch {
      // Half a line at the end is a death; anything after it means that somebody changed the file. Both are told.
      return { kept, torn: line === whole.at(-1) && lines.at(-1) !== '' ? 'end' : 'middle' }
    }
  }
  return { kept }
}

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM'
  }
}

const outOf = (kept: Kept): AuditLine => ({
  ...kept.line,
  at: new Date(kept.line.at),
  caller: { ...kept.line.caller, permissions: new Set(), grants: [] },
  detail: [kept.line.detail, 'spool'].filter(Boolean).join(' '),
})

interface OpenFile {
  handle: FileHandle
  last: string
  lines: number
}

export interface SpoolOptions {
  pool: pg.Pool
  folder: string
  /** 32 bytes, derived from the site's key. */
  key: Buffer
  epoch: number
  now(): Date
  warn(what: string, facts: Record<string, unknown>): void
  /** For tests: called between the commit of a replay and the removal of its file. */
  beforeRemoval?: () => void
}

/** The file of this process, begun with its first line. */
function spoolWriter(folder: string, key: Buffer) {
  let file: OpenFile | undefined

  async function begin(): Promise<OpenFile> {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const id = randomUUID()
    const handle = await open(join(folder, `spool-${process.pid}-${id}.log`), 'ax', 0o600)
    const place = await open(folder, 'r')
    await place.sync().finally(() => place.close())
    return { handle, last: id, lines: 0 }
  }

  async function end(): Promise<void> {
    const { handle } = file ?? {}
    file = undefined
    await handle?.close()
  }

  return {
    end,
    /** False when the file is full. Throws what the disk says; the next line then begins another file. */
    async write(kept: readonly Kept[]): Promise<boolean> {
      file ??= await begin()
      const mine = file
      if (mine.lines + kept.length > MOST_LINES) return false
      let text = ''
      for (const one of kept) {
        mine.last = seal(key, mine.last, mine.lines++, JSON.stringify(one))
        text += `${mine.last}\n`
      }
      try {
        await mine.handle.write(text)
        await mine.handle.datasync()
      } catch (error) {
        await end()
        throw error
      }
      return true
    },
  }
}

/** Opens the spool folder; what an ended process left is replayed by the first `replay()`. */
export function openSpool(options: SpoolOptions): Spool {
  const { folder, key, pool } = options
  const glasses = new Map<string, Glass>()
  const writer = spoolWriter(folder, key)
  let turn: Promise<unknown> = Promise.resolve()
  /** One at a time: an entry, a replay. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work, work)
    turn = mine.catch(() => undefined)
    return mine
  }

  const left = (): { path: string; id: string }[] => {
    if (!existsSync(folder)) return []
    return readdirSync(folder).flatMap((name) => {
      const m = NAME.exec(name)
      const foreign = m && Number(m[1]) !== process.pid && alive(Number(m[1]))
      return m && !foreign ? [{ path: join(folder, name), id: m[2] ?? '' }] : []
    })
  }

  async function replayFile(path: string, id: string): Promise<number> {
    const { kept, torn } = readSpool(key, path, id)
    if (torn) options.warn(torn === 'end' ? 'the audit spool ends in half a line' : 'the audit spool was changed', { lines: kept.length })
    const rows = await transaction(pool, async (db) => {
      const fresh = await db.query('insert into audit_spool (id, rows, at) values ($1, $2, $3) on conflict do nothing returning 1', [
        id,
        kept.length,
        options.now(),
      ])
      if (fresh.length === 0 || kept.length === 0) return 0
      await db.together([auditStatement(options.epoch, kept.map(outOf))])
      return kept.length
    })
    options.beforeRemoval?.()
    // A file that somebody changed is kept as it is, for whoever looks into it.
    if (torn === 'middle') renameSync(path, `${path}.changed`)
    else rmSync(path)
    return rows
  }

  // What was opened before a death stays open for its four hours while the lines wait.
  for (const { path, id } of left())
    for (const { glass } of readSpool(key, path, id).kept) if (glass) glasses.set(`${glass.caller} ${glass.patient}`, glass)

  return {
    keep: (lines, glass) =>
      inTurn(async () => {
        const kept = lines.map(({ caller, at, ...rest }): Kept => {
          const { permissions: _permissions, grants: _grants, ...who } = caller
          return { epoch: options.epoch, line: { ...rest, at: at.toISOString(), caller: who }, ...(glass ? { glass } : {}) }
        })
        const done = await writer.write(kept)
        if (done && glass)
          glasses.set(`${glass.caller} ${glass.patient}`, { ...glass, until: Math.min(glass.until, options.now().getTime() + GLASS_MS) })
        return done
      }),
    glassOf: (caller, now) => [...glasses.values()].findLast((g) => g.caller === caller && g.until > now),
    waiting: () => left().reduce((sum, one) => sum + readSpool(key, one.path, one.id).kept.length, 0),
    replay: () =>
      inTurn(async () => {
        await writer.end()
        let rows = 0
        for (const { path, id } of left()) rows += await replayFile(path, id)
        return rows
      }),
    close: () =>
      inTurn(async () => {
        await writer.end()
      }),
  }
}
