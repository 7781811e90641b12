/** The start page: the sites with their switches, demo accounts, and a walk of five minutes through the journey. */

import { createHash } from 'node:crypto'
import type { HisSwitches } from './his/switches.ts'
import type { HostState, SiteHost } from './hosts.ts'
import { DEMO_PASSWORD, type DemoSite, ROLE_NAMES } from './plan.ts'
import { STYLE } from './start-page-style.ts'
import { TEXT, WALK } from './start-page-text.ts'

export interface StartPage {
  lang: 'vi' | 'en'
  hosts: readonly SiteHost[]
  plan: readonly DemoSite[]
  /** Where folders are watched. */
  his?: Pick<HisSwitches, 'lines'>
  folderOf?(site: string): string
}

export const CONTENT_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ')

/** The whole page as HTML, without scripts. */
export function startPage(page: StartPage): string {
  const t = TEXT[page.lang]
  const other = page.lang === 'vi' ? 'en' : 'vi'
  return `<!doctype html>
<html lang="${page.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${t.title}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>Y Bạ <small>${t.subtitle}</small></h1>
<a lang="${other}" href="/?lang=${other}">${TEXT[other].language}</a>
</header>
<main>
<p class="lead">${t.lead}</p>
<section aria-labelledby="sites">
<h2 id="sites">${t.sites}</h2>
<div class="cards">${page.hosts.map((host) => card(page, host)).join('')}</div>
</section>
${folders(page)}<section aria-labelledby="walk">
<h2 id="walk">${t.walk}</h2>
<p>${t.walkLead}</p>
<ol class="walk">${WALK.map((step) => walkStep(page, step)).join('')}</ol>
</section>
<section aria-labelledby="accounts">
<h2 id="accounts">${t.accounts}</h2>
<p>${t.password} <code>${escaped(DEMO_PASSWORD)}</code></p>
<div class="scroll"><table>
<thead><tr><th scope="col">${t.site}</th><th scope="col">${t.account}</th><th scope="col">${t.person}</th><th scope="col">${t.role}</th></tr></thead>
<tbody>${page.plan.map((site) => accounts(page, site)).join('')}</tbody>
</table></div>
</section>
<footer><p>${t.footer}</p></footer>
</main>
</body>
</html>
`
}

function card(page: StartPage, host: SiteHost): string {
  const t = TEXT[page.lang]
  const { name, facility, baseUrl, role } = host.settings
  const on = host.state === 'running'
  const action = on ? 'stop' : 'start'
  return `<article class="card ${on ? 'on' : 'off'}">
<h3>${escaped(facility.name)}</h3>
<p class="kind">${role === 'hub' ? t.hub : `${t.facility} ${escaped(facility.code)}`}</p>
<p><span class="state"><span aria-hidden="true">${on ? '●' : '○'}</span> ${stateText(page, host.state)}</span></p>
<p>${on ? `<a class="open" href="${baseUrl}/">${t.open} <span class="address">${escaped(baseUrl.replace('http://', ''))}</span></a>` : t.closed}</p>
<form method="post" action="/sites/${name}/${action}?lang=${page.lang}"><button type="submit">${on ? t.stop : t.start}<span class="hidden"> ${escaped(facility.name)}</span></button></form>
</article>`
}

/** The loop without a click: a folder for each hospital, and its scripted system. */
function folders(page: StartPage): string {
  const { his, folderOf } = page
  if (!his || !folderOf) return ''
  const t = TEXT[page.lang]
  const press = (site: string, what: string, words: string, name: string) =>
    `<form method="post" action="/sites/${site}/${what}?lang=${page.lang}"><button type="submit">${words}<span class="hidden"> ${escaped(name)}</span></button></form>`
  const one = ({ settings: { name, facility } }: SiteHost): string => {
    const lines = his.lines(name)
    return `<article class="folder">
<h3>${escaped(facility.name)}</h3>
<p><code>${escaped(folderOf(name))}</code></p>
<p><span class="${lines ? 'lit' : 'dim'}">${lines ? t.hisOn : t.hisOff}</span></p>
${lines?.length ? `<ul class="told">${lines.map((line) => `<li>${escaped(line)}</li>`).join('')}</ul>` : ''}
<div class="presses">${press(name, lines ? 'his-off' : 'his-on', lines ? t.hisStop : t.hisStart, facility.name)}${press(name, 'drop', t.drop, facility.name)}</div>
</article>`
  }
  return `<section aria-labelledby="folders">
<h2 id="folders">${t.folders}</h2>
<p>${t.foldersLead}</p>
<div class="folders">${page.hosts
    .filter((host) => host.settings.role === 'facility')
    .map(one)
    .join('')}</div>
</section>
`
}

function stateText(page: StartPage, state: HostState): string {
  return TEXT[page.lang].states[state]
}

function walkStep(page: StartPage, step: (typeof WALK)[number]): string {
  const host = page.hosts.find((one) => one.settings.name === step.site)
  const who = step.login ? ` <code>${step.login}</code>` : ''
  const where = host ? `<a href="${host.settings.baseUrl}/">${escaped(host.settings.facility.name)}</a>${who}: ` : ''
  return `<li>${where}${step[page.lang]}</li>`
}

function accounts(page: StartPage, site: DemoSite): string {
  return site.users
    .map((user, index) => {
      const first = index === 0 ? `<th scope="rowgroup" rowspan="${site.users.length}">${escaped(site.facility.name)}</th>` : ''
      const role = ROLE_NAMES[user.role]?.[page.lang] ?? user.role
      return `<tr>${first}<td><code>${escaped(user.login)}</code></td><td>${escaped(user.name)}</td><td>${escaped(role)}</td></tr>`
    })
    .join('')
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
