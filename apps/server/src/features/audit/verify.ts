/** Verification of the whole: rows against seals, seals against the list beside the database, days against what others hold. */
import type { Site } from '../../site.ts'
import { hubClient } from '../exchange/index.ts'
import type { HeldRoot, RootDifference, VerifyAnswer } from './contract.ts'
import { type OddRow, oddRow } from './odd-row.ts'
import { exchangeRoots, heldMarks, makeRoots } from './roots.ts'
import { heldRoot, rootsOf, witnesses } from './tables.ts'

type Heads = Awaited<ReturnType<Site['store']['audit']['heads']>>

/** The first seal that is not as the root says; undefined when all are. */
function firstDiffering(root: HeldRoot, heads: ReadonlyMap<number, string>): number | undefined {
  for (const [i, short] of root.seals.entries()) if (heads.get(root.from + i)?.slice(0, 16) !== short) return root.from + i
  if (root.to > 0 && heads.get(root.to) !== root.hash) return root.to
  return undefined
}

/** The first day that differs, for each holder: all later days follow from it. */
function compare(held: readonly HeldRoot[], heldBy: string, heads: ReadonlyMap<number, string>): RootDifference[] {
  for (const root of held) {
    const seal = firstDiffering(root, heads)
    if (seal === undefined) continue
    const by = heldBy === 'here' ? { vi: 'tại đây', en: 'here' } : { vi: `ở ${heldBy}`, en: `by ${heldBy}` }
    return [
      {
        day: root.day,
        seal,
        heldBy,
        vi: `Niêm phong ${seal} ngày ${root.day} không như gốc được giữ ${by.vi}.`,
        en: `Seal ${seal} of ${root.day} is not as the root kept ${by.en} says.`,
      },
    ]
  }
  return []
}

/** Seals what is settled, recomputes all, and compares with what is held here and elsewhere. */
export async function verifyAudit(site: Site): Promise<VerifyAnswer> {
  await site.store.audit.seal()
  await makeRoots(site)
  const verdict = await site.store.audit.verify()
  const heads: Heads = await site.store.audit.heads(0)
  const hashes = new Map(heads.map((h) => [h.n, h.hash]))
  const own = (await rootsOf(site.store, site.settings.facility.code)).map(heldRoot)
  const differences = compare(own, 'here', hashes)
  const { held, holder, unasked } = await heldElsewhere(site)
  if (site.role === 'hub') differences.push(...(await witnessed(site, hashes, own)))
  else differences.push(...(await named(site, compare(held, holder, hashes))))
  const state = await site.store.audit.state()
  const elsewhere = new Set(held.map((h) => h.day))
  const deposited = held.at(-1)
  return {
    ...verdict,
    ok: verdict.ok && differences.length === 0,
    roots: {
      ...(own[0] ? { first: own[0].day } : {}),
      ...(own.at(-1) ? { last: own.at(-1)?.day } : {}),
      ...(deposited ? { deposited: { day: deposited.day, heldBy: holder } } : {}),
      missing: unasked ? [] : own.map((r) => r.day).filter((day) => !elsewhere.has(day)),
      differences,
      ...(unasked ? { unasked } : {}),
    },
    unsealed: state.unsealed,
    ...(state.lastSeal ? { lastSeal: state.lastSeal.at.toISOString() } : {}),
  } as VerifyAnswer
}

const ODD: Record<OddRow['what'], { vi: string; en: string }> = {
  changed: { vi: 'Dòng {seq} đã bị sửa', en: 'Row {seq} was changed' },
  removed: { vi: 'Sau dòng {seq} có {rows} dòng bị xóa', en: 'After row {seq}, {rows} removed' },
  added: { vi: 'Dòng {seq} không có lúc niêm phong', en: 'Row {seq} was not there when it was sealed' },
}

/** The row itself, by what the hub holds of each row of the days from the first that differs. */
async function named(site: Site, found: readonly RootDifference[]): Promise<RootDifference[]> {
  const [first] = found
  if (!first) return []
  // The hub may be gone by now: the day and the seal are named all the same.
  const days = await heldMarks(hubClient(site), first.day).catch(() => [])
  const [from] = days
  if (!from) return [first]
  const held = Buffer.concat(days.map((d) => Buffer.from(d.marks, 'base64')))
  const now = await site.store.audit.marksOfRows(from.start, held.length / 2 + 1000)
  const skip = from.start - now.start
  const odd = oddRow(held, now.marks.subarray(skip * 2))
  const seq = odd && now.seqs[skip + odd.at - (odd.what === 'removed' ? 1 : 0)]
  if (!odd || seq === undefined) return [first]
  const say = (text: string): string => text.replace('{seq}', seq).replace('{rows}', String(odd.rows))
  const row = { what: odd.what, seq, rows: odd.rows }
  return [{ ...first, row, vi: `${first.vi} ${say(ODD[odd.what].vi)}.`, en: `${first.en} ${say(ODD[odd.what].en)}.` }]
}

async function heldElsewhere(site: Site): Promise<{ held: HeldRoot[]; holder: string; unasked?: string }> {
  if (site.role === 'hub') {
    const all = await witnesses(site.store)
    return { held: all.map((w) => ({ day: w.day, hash: w.hash, to: 0, from: 0, seals: [] })), holder: all.at(-1)?.holder ?? '' }
  }
  if (!site.settings.hubUrl || !site.keys.client) return { held: [], holder: 'hub' }
  try {
    return { held: await exchangeRoots(site, hubClient(site)), holder: 'hub' }
  } catch (error) {
    return { held: [], holder: 'hub', unasked: (error as { code?: string }).code ?? 'exception' }
  }
}

/** The hub's own days as facilities hold them: each names the hash of the day's newest seal. */
async function witnessed(site: Site, hashes: ReadonlyMap<number, string>, own: readonly HeldRoot[]): Promise<RootDifference[]> {
  const known = new Set(hashes.values())
  const first = new Map<string, RootDifference>()
  for (const w of await witnesses(site.store)) {
    if (w.hash === '' || known.has(w.hash) || first.has(w.holder)) continue
    const seal = own.find((r) => r.day === w.day)?.from ?? 0
    first.set(w.holder, {
      day: w.day,
      seal,
      heldBy: w.holder,
      vi: `Ngày ${w.day} không như gốc cơ sở ${w.holder} đang giữ.`,
      en: `${w.day} is not as the root that facility ${w.holder} keeps.`,
    })
  }
  return [...first.values()]
}
