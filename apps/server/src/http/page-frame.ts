/** The frame around a public page: plain HTML, one style sheet, both languages; made for a phone held in one hand. */
import type { findingText } from '@yba/fhir'
import { type Html, html } from '../page.ts'

type Lang = 'vi' | 'en'

const TEXT = {
  vi: { other: 'English', product: 'Y Bạ · Trục liên thông hồ sơ sức khỏe', demo: 'Trang trình diễn: chỉ có người bệnh hư cấu.' },
  en: { other: 'Tiếng Việt', product: 'Y Bạ · Health record exchange', demo: 'Demonstration site: all patients are invented.' },
} as const

export interface PageFrame {
  lang: Lang
  path: string
  site: string
  demo: boolean
  title: string
  body: Html
  /** What was posted, kept when the language is changed. */
  form: URLSearchParams | null
  /** Whether the page has a script of its own. */
  script: boolean
  refreshSeconds?: number
  /** The page has no address of its own for each language. */
  oneLanguage?: boolean
}

/** The other language: a link, or the same form posted again. The query is never repeated into an address. */
function languageSwitch(frame: PageFrame): Html {
  const other = frame.lang === 'vi' ? 'en' : 'vi'
  const label = TEXT[frame.lang].other
  const address = `${frame.path}?lang=${other}`
  if (!frame.form) return html`<a href="${address}" lang="${other}" hreflang="${other}">${label}</a>`
  const kept = [...frame.form].map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)
  return html`<form method="post" action="${address}">${kept}<button class="link" lang="${other}">${label}</button></form>`
}

export function framedPage(frame: PageFrame): string {
  const t = TEXT[frame.lang]
  return html`<!doctype html>
<html lang="${frame.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow, noarchive">
<meta name="format-detection" content="telephone=no">
${frame.refreshSeconds !== undefined && html`<meta http-equiv="refresh" content="${frame.refreshSeconds}">`}
<title>${frame.title} · ${frame.site}</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/public.css">
${frame.script && html`<script src="${frame.path}.js" defer></script>`}
</head>
<body>
<header><div><p>${t.product}</p><strong>${frame.site}</strong></div>${!frame.oneLanguage && languageSwitch(frame)}</header>
<main>
${frame.body}
</main>
<footer>${frame.demo ? t.demo : ''}</footer>
</body>
</html>
`.html
}

/** A refusal as a page. */
export function refusalBody(said: ReturnType<typeof findingText>, lang: Lang): Html {
  return html`<section class="note warn" role="alert"><h1>${said[lang]}</h1><p>${said.cure[lang]}</p></section>`
}

export const PAGE_STYLE = `:root{color-scheme:light;font-family:"Be Vietnam Pro",system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif;line-height:1.5;color:#1b2733;background:#eef2f5;-webkit-text-size-adjust:100%}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:flex;flex-direction:column}
header{display:flex;justify-content:space-between;align-items:center;gap:1rem;padding:.75rem 1rem;background:#fff;border-top:4px solid #0a7a58;border-bottom:1px solid #d5dde4}
header p{margin:0;color:#4a5b69;font-size:.8125rem}
header form{margin:0}
main{flex:1;width:100%;max-width:42rem;margin:0 auto;padding:1rem}
h1{font-size:1.3rem;line-height:1.3;margin:0 0 .5rem;text-wrap:balance}
h2{font-size:1rem;margin:1.5rem 0 .5rem}
section>:first-child{margin-top:0}
section>:last-child{margin-bottom:0}
p{margin:.5rem 0}
section,.card{background:#fff;border:1px solid #d5dde4;border-radius:.5rem;padding:1rem;margin:0 0 1rem}
.note{border-left:6px solid #4a5b69}
.note.good{border-left-color:#0a7a58}
.note.good h1{color:#075a41}
.note.warn{border-left-color:#b26a00}
.note.warn h1{color:#7a4700}
.note.bad{border-left-color:#b3261e}
.note.bad h1{color:#8c1d18}
dl{margin:0}
dl div{padding:.6rem 0;border-bottom:1px solid #e6ebef}
dl div:first-child{padding-top:0}
dl div:last-child{border-bottom:0;padding-bottom:0}
dt{color:#4a5b69;font-size:.875rem}
dd{margin:0;font-size:1.0625rem;font-weight:600;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.5rem .5rem .5rem 0;border-bottom:1px solid #e6ebef}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:.875rem}
.scroll{overflow-x:auto}
label{display:block;font-weight:600;margin:.5rem 0}
textarea,input[type=text]{width:100%;font:inherit;padding:.625rem .75rem;border:1px solid #71808d;border-radius:.25rem;background:#fff;color:inherit}
textarea{min-height:7rem;font-family:ui-monospace,Menlo,Consolas,monospace;font-size:.875rem;overflow-wrap:anywhere}
button{display:block;width:100%;min-height:2.75rem;margin-top:1rem;padding:.6rem 1rem;font:inherit;font-weight:600;color:#fff;background:#0a7a58;border:0;border-radius:.25rem;cursor:pointer}
button:hover{background:#086347}
button.link{display:inline;width:auto;min-height:2.75rem;margin:0;padding:0;font-weight:400;background:none;color:#0b5e8a;text-decoration:underline}
a{color:#0b5e8a}
header a{display:inline-block;padding:.6rem 0}
:focus-visible{outline:3px solid #f2a33a;outline-offset:1px}
.soft,footer{color:#4a5b69;font-size:.875rem}
footer{padding:0 1rem 1rem;text-align:center}
.on{color:#075a41;font-weight:600}
.off{color:#8c1d18;font-weight:600}
[hidden]{display:none}
@media print{header a,header form,form,.ask{display:none}:root{background:#fff}section{break-inside:avoid}}
`
