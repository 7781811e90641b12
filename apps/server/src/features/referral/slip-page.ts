/**
 * The public page behind the code on a slip: genuine or not, who issued it, how long it holds, whether it was withdrawn.
 * It says nothing about a person: no name, no birth year, nothing clinical. The code is the fragment of the address, so
 * it reaches the hub in a posted form only, and no log.
 */
import { findingText } from '@yba/fhir'
import { SLIP_PAGE } from '@yba/signing'
import { type Html, html, type PublicPage, type PublicPageAnswer, type PublicPageContext } from '../../page.ts'
import type { Site } from '../../site.ts'
import { type JudgedSlip, judgeSlip } from './slip-judge.ts'
import { SLIP_PAGE_TEXT } from './slip-page-text.ts'
import { isReplaced, slipDigests } from './tables/slips.ts'
import { loadHistory } from './tables.ts'

type Lang = 'vi' | 'en'

/** Takes the code out of the address and posts it; without script the visitor pastes the address himself. */
const SCRIPT = `function read() {
  const code = location.hash.slice(1)
  const form = document.getElementById('check')
  if (!code || !form) return
  history.replaceState(null, '', location.pathname + location.search)
  document.getElementById('code').value = code
  form.submit()
}
addEventListener('hashchange', read)
read()
`

const LONGEST = 4000
/** The minute in Vietnam: what is printed or photographed tells until when it was so. */
const clock = (at: Date): string => {
  const [date = '', time = ''] = new Date(at.getTime() + 7 * 3_600_000).toISOString().split('T')
  return `${time.slice(0, 5)} ${day(date)}`
}
const day = (text: string): string => text.split('-').reverse().join('/')

type Standing = 'not-come' | 'known' | 'replaced' | 'withdrawn' | 'differs'

/** What the exchange knows of a genuine slip, from the story alone. */
async function standing(site: Site, slip: NonNullable<JudgedSlip['slip']>): Promise<Standing> {
  const story = await loadHistory(site.store, { issuer: slip.issuer, number: slip.number }, 'hub')
  const last = story.at(-1)
  if (last?.state === 'void' || last?.state === 'cancelled') return 'withdrawn'
  const { paper } = await slipDigests(site.store, slip.issuer, slip.number)
  if (paper.length > 0 && !paper.includes(slip.digest)) return 'differs'
  if (isReplaced(paper, slip.digest)) return 'replaced'
  return story.some((entry) => entry.event === 'send') ? 'known' : 'not-come'
}

/** `again`: one code was looked at already. */
function form(lang: Lang, again: boolean): Html {
  const t = SLIP_PAGE_TEXT[lang]
  return html`<section class="ask">
<h2>${again ? t.formAgain : t.formTitle}</h2>
<p>${t.formHow}</p>
<form id="check" method="post" action="${SLIP_PAGE}?lang=${lang}">
<label for="code">${t.label}</label>
<textarea id="code" name="code" maxlength="${LONGEST}" autocomplete="off" autocapitalize="none" spellcheck="false" required></textarea>
<button type="submit">${t.check}</button>
</form>
</section>`
}

const told = (kind: 'good' | 'warn' | 'bad', title: string, ...lines: string[]): Html =>
  html`<section class="note ${kind}" role="status"><h1>${title}</h1>${lines.map((line) => html`<p>${line}</p>`)}</section>`

/** What is on the paper; a visitor holds the two side by side. */
function facts({ slip, issuer }: JudgedSlip, lang: Lang, at: Date): Html | null {
  if (!slip || !issuer) return null
  const t = SLIP_PAGE_TEXT[lang]
  const now = issuer.now && html`<div><dt>${t.now}</dt><dd>${issuer.now.name}</dd></div>`
  return html`<section><dl>
<div><dt>${t.number}</dt><dd>${slip.number}</dd></div>
<div><dt>${t.issuer}</dt><dd>${issuer.name}</dd></div>
${now}
<div><dt>${t.valid}</dt><dd>${day(slip.validFrom)} – ${day(slip.validUntil)}</dd></div>
<div><dt>${t.checkedAt}</dt><dd>${clock(at)}</dd></div>
</dl></section>`
}

function genuine(judged: JudgedSlip, now: Standing, lang: Lang, at: Date): PublicPageAnswer {
  const t = SLIP_PAGE_TEXT[lang]
  const words = judged.expired && (now === 'known' || now === 'not-come') ? t.expired : t[now]
  const kind = now === 'differs' ? 'bad' : now === 'known' && !judged.expired ? 'good' : 'warn'
  const body = html`${told(kind, words.title, ...words.lines)}
${facts(judged, lang, at)}
<section><p>${t.compare}</p><p class="soft">${t.proves}</p></section>
${form(lang, true)}`
  return { title: words.title, body }
}

function notGenuine(judged: JudgedSlip, lang: Lang): PublicPageAnswer {
  const t = SLIP_PAGE_TEXT[lang]
  const code = judged.fault?.definition.code
  const words =
    code === 'slip-altered' ? t.altered : code === 'slip-mangled' ? t.mangled : code === 'slip-not-a-code' ? t.notACode : t.unknownKey
  const why = judged.fault && ['slip-key-revoked', 'slip-key-out-of-time'].includes(code ?? '') ? [findingText(judged.fault)[lang]] : []
  const body = html`${told(code === 'slip-altered' ? 'bad' : 'warn', words.title, ...why, ...words.lines)}
${form(lang, true)}`
  return { status: 422, title: words.title, body }
}

async function answer({ site, form: posted, lang, lookedUp }: PublicPageContext): Promise<PublicPageAnswer> {
  const t = SLIP_PAGE_TEXT[lang]
  const code = posted?.get('code')?.trim()
  if (!code) return { title: t.title, body: html`<section><h1>${t.title}</h1><p>${t.what}</p></section>${form(lang, false)}` }
  const judged = await judgeSlip(site, code.slice(0, LONGEST))
  if (!judged.genuine || !judged.slip) return notGenuine(judged, lang)
  const { issuer, number } = judged.slip
  await lookedUp(`${issuer}/${number}`, `slip ${issuer}/${number}`)
  return genuine(judged, await standing(site, judged.slip), lang, site.clock.now())
}

export const slipPage: PublicPage = {
  name: 'slip',
  path: SLIP_PAGE,
  why: 'Whoever holds a slip may ask whether it is genuine; the answer names nobody.',
  form: { limit: 8192 },
  script: SCRIPT,
  answer,
}
