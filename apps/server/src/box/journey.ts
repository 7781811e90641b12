/** `npm run journey -- --claim FILE`: all of the journey without a browser, against a private province. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { signIn } from './journey/person.ts'
import { closed, type JourneyReport, papersOf } from './journey/report.ts'
import { type Cast, walk } from './journey/walk.ts'
import { DEMO_PASSWORD, DEMO_SITES } from './plan.ts'
import { openProvince, type Province } from './province.ts'

export interface JourneyOptions {
  claim: string
  /** Folder of the province; a temporary one by default. */
  data?: string
  /** Leaves the province running until the process is ended. */
  keep?: boolean
  /** Receiver of a composed slip. Default: Bạch Mai. */
  to?: string
  lang?: 'vi' | 'en'
}

const SENDER = 'bac-giang'
const RECEIVER = 'bach-mai'

/** Walks the journey; gives the report and what ends the province. Exit code 0 only when `report.ok`. */
export async function runJourney(options: JourneyOptions): Promise<{ report: JourneyReport; stop(): Promise<void> }> {
  const claim = readFileSync(options.claim)
  const dataDir = options.data ?? mkdtempSync(join(tmpdir(), 'yba-journey-'))
  const started = performance.now()
  const province = await openProvince({ dataDir, port: 'random', ...(options.lang ? { lang: options.lang } : {}) })
  const stop = async () => {
    await province.stop()
    if (!options.data && !options.keep) rmSync(dataDir, { recursive: true, force: true })
  }
  try {
    const readyMs = Math.round(performance.now() - started)
    const cast = await castOf(province)
    const walked = await walk(cast, claim, options.to ?? '01929')
    // The report names files: they stay where a private province goes.
    const folder = options.data || options.keep ? join(dataDir, 'papers') : mkdtempSync(join(tmpdir(), 'yba-papers-'))
    const papers = walked.sent ? await papersOf(cast.senderDesk, walked.sent.documents, folder) : []
    const audit = await auditOf(province)
    const report: JourneyReport = {
      claim: {
        records: walked.imported.records ?? [],
        findings: (walked.imported.records ?? []).flatMap((r) => r.findings).concat(walked.imported.findings ?? []),
      },
      patient: walked.imported.records?.[0]?.patient ?? null,
      referral: walked.sent
        ? {
            number: walked.sent.number,
            events: walked.sent.history.map((h) => ({ event: h.event, state: h.state, at: h.recordedAt, by: h.by })),
          }
        : null,
      documents: papers,
      outcome: walked.sent?.outcome ?? null,
      audit,
      sites: DEMO_SITES.map((s) => siteOf(province, s.name)),
      timings: { readyMs, ...walked.timings },
      ok: closed(walked) && audit.verified,
    }
    return { report, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function siteOf(province: Province, name: string): { name: string; url: string; database: string } {
  const { settings } = province.site(name)
  return { name, url: settings.baseUrl, database: settings.database }
}

async function castOf(province: Province): Promise<Cast> {
  const at = (site: string, login: string) => signIn(province.site(site).settings.baseUrl, login, DEMO_PASSWORD)
  const users = (site: string, role: string) => DEMO_SITES.find((s) => s.name === site)?.users.filter((u) => u.role === role) ?? []
  const one = async (site: string, role: string) => {
    const user = users(site, role)[0]
    if (!user) throw new Error(`no ${role} at ${site}`)
    return at(site, user.login)
  }
  return {
    senderDesk: await one(SENDER, 'referral-desk'),
    doctors: await Promise.all(users(SENDER, 'doctor').map((u) => at(SENDER, u.login))),
    signer: await one(SENDER, 'signer'),
    receiverDesk: await one(RECEIVER, 'referral-desk'),
    reception: await one(RECEIVER, 'reception'),
    receiverDoctor: await one(RECEIVER, 'doctor'),
  }
}

/** Seals and verifies the audit of every site, as each site's auditor, and counts what it holds. */
async function auditOf(province: Province): Promise<JourneyReport['audit']> {
  const sum = { reads: 0, writes: 0, sealed: 0, verified: true }
  for (const site of DEMO_SITES) {
    const { baseUrl, database } = province.site(site.name).settings
    const auditor = await signIn(baseUrl, 'kiemsoat', DEMO_PASSWORD)
    const verdict = await auditor.post<{ ok: boolean; rows: number }>('/fhir/AuditEvent/$verify')
    sum.sealed += verdict.rows
    sum.verified &&= verdict.ok
    const client = new pg.Client({ connectionString: database })
    await client.connect()
    const counts = await client.query<{ reads: string; writes: string }>(
      `select count(*) filter (where action in ('read', 'vread', 'search', 'history')) as reads,
              count(*) filter (where action in ('create', 'update', 'delete')) as writes from audit`,
    )
    await client.end()
    sum.reads += Number(counts.rows[0]?.reads ?? 0)
    sum.writes += Number(counts.rows[0]?.writes ?? 0)
  }
  return sum
}
