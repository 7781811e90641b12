/** `yba join request|test`: a facility's side of joining the exchange, in words for its IT clerk. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { definedOutcomes, refuse } from '@yba/fhir'
import type { JWK } from 'jose'
import { layout } from '../box/layout.ts'
import { provinceDamaged } from '../box/outcomes.ts'
import { clientKeyEnd, makeSiteKeys, publicKeyOf, readSiteKeys, writeWhole } from '../box/site-keys.ts'
import { withSites } from '../box/with-site.ts'
import { HubRefusal, hubClient } from '../features/exchange/index.ts'
import { fingerprintOf, JOINING_CARD, signKeyRequest, testPath } from '../features/joining/index.ts'
import type { Lang } from './text.ts'

interface Place {
  data: string
  site: string
  lang: Lang
}

/** What the hub's operator hands over: where the hub is, and the keys by which its directory and signatures are believed. */
interface HubCard {
  hubUrl: string
  directoryKeys: JWK[]
  /** Certificates, base64 of DER. */
  trust: string[]
}

interface NodeSettings {
  folder: string
  facility: { code: string; name: string }
}

function settingsOf({ data, site }: Place): NodeSettings {
  const file = site.endsWith('.json') ? site : layout.settings(data, site)
  if (!existsSync(file)) throw refuse(provinceDamaged, { file })
  const settings = JSON.parse(readFileSync(file, 'utf8')) as NodeSettings
  return { ...settings, folder: settings.folder || layout.site(data, site) }
}

/** Throws `joining-card-unreadable`. */
function cardAt(file: string): HubCard {
  try {
    const card = JSON.parse(readFileSync(file, 'utf8')) as Partial<HubCard> | null
    if (card?.hubUrl && card.directoryKeys && card.trust) return card as HubCard
  } catch (error) {
    if (!(error instanceof SyntaxError) && (error as NodeJS.ErrnoException).code === undefined) throw error
  }
  throw refuse(JOINING_CARD, { file })
}

/** The keys of a new node, or the hub's keys beside those it has. */
async function takeCard(folder: string, card: HubCard): Promise<void> {
  const keys = join(folder, 'keys')
  if (existsSync(join(keys, 'client.json'))) writeWhole(join(keys, 'directory-trust.json'), JSON.stringify(card.directoryKeys))
  else
    await makeSiteKeys(
      folder,
      'facility',
      card.trust.map((text) => Buffer.from(text, 'base64')),
      card.directoryKeys,
    )
}

/** Writes the request with which the node asks to be let in, and says the fingerprint to be read out. Throws `province-damaged`, `joining-card-unreadable`. */
export async function joinRequest(options: Place & { card?: string; out?: string }): Promise<void> {
  const { folder, facility } = settingsOf(options)
  if (options.card) await takeCard(folder, cardAt(options.card))
  const { client } = await readSiteKeys(folder)
  const jwk = publicKeyOf(folder, 'client')
  const notAfter = clientKeyEnd(folder)
  if (!client || !jwk || !notAfter) throw refuse(provinceDamaged, { file: join(folder, 'keys', 'client.json') })
  const text = await signKeyRequest({ facility: facility.code, jwk, notAfter: notAfter.toISOString() }, client)
  if (options.out) writeFileSync(options.out, `${text}\n`)
  else console.log(text)
  const fingerprint = await fingerprintOf(jwk)
  // The request may be piped into a file; what is for the ear stands beside it.
  console.error(
    options.lang === 'vi'
      ? `Gửi tệp trên cho đơn vị vận hành trục. Khi họ gọi tới số của bệnh viện, đọc dấu vân tay:\n\n    ${fingerprint}\n`
      : `Send this to the operator of the hub. When they call the hospital's number, read out the fingerprint:\n\n    ${fingerprint}\n`,
  )
}

const TEST_TEXT = {
  directory: { vi: 'Danh bạ của trục về tới nơi, đúng chữ ký', en: 'The directory of the hub arrives, signed by it' },
  'slip-key': { vi: 'Trục biết khóa QR của cơ sở', en: 'The hub knows the slip key of this facility' },
  out: { vi: '200 kB tới trục nguyên vẹn', en: '200 kB reach the hub whole' },
  back: { vi: '200 kB từ trục về nguyên vẹn', en: '200 kB of the hub come back whole' },
  feed: { vi: 'Chờ tin dài không bị ngắt', en: 'Waiting for news is not cut off' },
  clock: { vi: 'Đồng hồ lệch dưới một phút', en: 'The clock is less than a minute off' },
  seal: { vi: 'Cơ sở đóng được con dấu số', en: 'The facility can seal' },
} as const

/** The hub's own words: why it does not take the tests, and what to do. */
function sayRefusal({ code, body }: HubRefusal): void {
  const issues = (body as { issue?: { details?: { text?: string }; diagnostics?: string }[] } | null)?.issue ?? []
  if (issues.length === 0) console.error(`✖ ${code}`)
  for (const { details, diagnostics } of issues) console.error(`✖ ${details?.text ?? code} ${diagnostics ?? ''}\n  [${code}]`)
}

/** Sends test messages the whole path and back; the hub keeps what became of them. Exit code 1 when one fails. */
export async function joinTest({ data, site, lang }: Place): Promise<void> {
  await withSites(data, site, async (opened) => {
    const results = await testPath(opened, hubClient(opened)).catch((error: unknown) => {
      if (!(error instanceof HubRefusal)) throw error
      sayRefusal(error)
      return []
    })
    for (const { name, ok, detail } of results) {
      console.log(`${ok ? '✓' : '✖'} ${TEST_TEXT[name][lang]}  (${detail})`)
      const known = ok ? undefined : definedOutcomes().find((d) => d.code === detail)
      if (known) console.log(`  ${known[lang]} ${known.cure[lang]}`)
    }
    if (results.length === 0 || results.some((r) => !r.ok)) process.exitCode = 1
  })
}
