/** Recomputes every seal and names the first row that is not as it was sealed. */
import type { Db } from '../db.ts'
import type { AuditTrail } from '../types.ts'
import { FIRST, presentRows, type Seal, type SealedRow, sealHash, unpackRows } from './seals.ts'

type Verdict = Awaited<ReturnType<AuditTrail['verify']>>
type Problem = NonNullable<Verdict['problem']>
type What = Problem['what']

const TEXT: Record<What, { vi: string; en: string }> = {
  changed: { vi: 'Dòng nhật ký đã bị sửa nội dung.', en: 'The content of this audit row was changed.' },
  removed: { vi: 'Dòng nhật ký đã bị xóa.', en: 'This audit row was removed.' },
  reordered: { vi: 'Dòng nhật ký đã bị đổi thứ tự.', en: 'This audit row was moved to another place.' },
  added: { vi: 'Dòng nhật ký được chèn thêm sau khi niêm phong.', en: 'This audit row was put in after sealing.' },
  'seal-broken': { vi: 'Dấu niêm phong không còn khớp.', en: 'The seal itself does not match.' },
}

/** One finding of a verification. */
export const problem = (seal: number, what: What, seq?: string): Problem => ({
  seal,
  ...(seq === undefined ? {} : { seq }),
  what,
  ...TEXT[what],
})

const sameRow = (a: SealedRow, b: SealedRow | undefined) =>
  b !== undefined && a.seq === b.seq && a.xid === b.xid && a.digest.equals(b.digest)

function samePlaces(sealed: readonly SealedRow[], present: readonly SealedRow[]): boolean {
  return sealed.length === present.length && sealed.every((row, i) => sameRow(row, present[i]))
}

function sameContents(sealed: readonly SealedRow[], present: readonly SealedRow[]): boolean {
  const keys = (rows: readonly SealedRow[]) => rows.map((r) => r.digest.toString('hex')).sort()
  const [a, b] = [keys(sealed), keys(present)]
  return a.length === b.length && a.every((k, i) => k === b[i])
}

/** Whether another seal holds this very content: then the row was not written anew but moved over a seal's border. */
async function sealedElsewhere(db: Db, seal: Seal, digest: Buffer): Promise<boolean> {
  const [row] = await db.query('select 1 from seal where n <> $1 and position($2::bytea in rows) > 0 limit 1', [seal.n, digest])
  return row !== undefined
}

/** Compares one seal's lines with the table. */
async function compare(db: Db, seal: Seal): Promise<Problem | null> {
  const sealed = unpackRows(seal.rows)
  const present = await presentRows(db, seal.epoch, seal.from_xid, seal.to_xid)
  if (samePlaces(sealed, present)) return null
  const n = Number(seal.n)
  const firstOff = sealed.find((row, i) => !sameRow(row, present[i]))
  if (sameContents(sealed, present)) return problem(n, 'reordered', firstOff?.seq)
  const bySeq = new Map(present.map((r) => [r.seq, r]))
  const gone = sealed.find((r) => !bySeq.has(r.seq))
  if (gone) {
    // The same number elsewhere in the table: moved out of its range, not removed.
    const [elsewhere] = await db.query('select 1 from audit where seq = $1', [gone.seq])
    return problem(n, elsewhere ? 'reordered' : 'removed', gone.seq)
  }
  const known = new Set(sealed.map((r) => r.seq))
  const changed = sealed.find((r) => !bySeq.get(r.seq)?.digest.equals(r.digest))
  if (changed) {
    const now = bySeq.get(changed.seq)?.digest
    return problem(n, now && (await sealedElsewhere(db, seal, now)) ? 'reordered' : 'changed', changed.seq)
  }
  const added = present.find((r) => !known.has(r.seq))
  return problem(n, added ? 'added' : 'reordered', added?.seq ?? firstOff?.seq)
}

/** A range must begin where the one before ended; a new epoch begins at 0. */
function follows(seal: Seal, before: Seal | undefined): boolean {
  if (Number(seal.n) !== Number(before?.n ?? 0) + 1) return false
  const start = before && before.epoch === seal.epoch ? before.to_xid : '0'
  return seal.from_xid === start && seal.count * 48 === seal.rows.length
}

/** Reads seals one by one, so memory holds one seal's rows. */
export async function verifySeals(db: Db): Promise<Verdict> {
  let before: Seal | undefined
  let rows = 0
  for (let seals = 0; ; seals++) {
    const [seal] = await db.query<Seal>(
      'select n, epoch, from_xid::text, to_xid::text, count, rows, hash from seal where n > $1 order by n limit 1',
      [before?.n ?? 0],
    )
    if (!seal) {
      const stray = await strayRow(db, before)
      return { ok: !stray, seals, rows, ...(stray ? { problem: problem(Number(before?.n ?? 0), 'added', stray) } : {}) }
    }
    const whole = follows(seal, before) && sealHash(before?.hash ?? FIRST, seal).equals(seal.hash)
    const found = whole ? await compare(db, seal) : problem(Number(before?.n ?? 0) + 1, 'seal-broken')
    if (found) return { ok: false, seals, rows, problem: found }
    rows += seal.count
    before = seal
  }
}

/** A row of a closed or unknown epoch that no seal covers. */
async function strayRow(db: Db, last: Seal | undefined): Promise<string | undefined> {
  const [row] = await db.query<{ seq: string }>(
    `select seq::text from audit a where a.epoch < $1 and not exists
       (select 1 from seal s where s.epoch = a.epoch and a.xid >= s.from_xid and a.xid < s.to_xid) order by seq limit 1`,
    [last?.epoch ?? 0],
  )
  return row?.seq
}
