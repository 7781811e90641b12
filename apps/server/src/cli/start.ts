/** `yba start`: the province in a box, with progress, until Ctrl-C. */

import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { refuse } from '@yba/fhir'
import { Listr, PRESET_TIMER } from 'listr2'
import { emptyFolder, layout, prepareFolder } from '../box/layout.ts'
import { tryLock } from '../box/lock.ts'
import { boxRunning, resetNeedsYes } from '../box/outcomes.ts'
import { DEMO_PASSWORD, DEMO_SITES, ROLE_NAMES } from '../box/plan.ts'
import { stopPostgres } from '../box/postgres.ts'
import { openProvince, type Province, type Step } from '../box/province.ts'
import { onEnd } from './signals.ts'
import { type Lang, START } from './text.ts'

export interface StartOptions {
  data: string
  port: number
  apart: boolean
  reset: boolean
  yes: boolean
  lang: Lang
}

/** Runs until it is told to end. Throws what `openProvince` throws. */
export async function start(options: StartOptions): Promise<void> {
  const begun = Date.now() - Math.round(performance.now())
  const { lang } = options
  if (options.reset) await reset(options)
  if (!existsSync(layout.note(options.data))) console.log(START.first[lang])
  const interrupted = new AbortController()
  let opening: Promise<Province> | undefined
  const end = onEnd(async () => {
    console.log(`\n${START.stopping[lang]}`)
    interrupted.abort()
    // A start that is interrupted takes down by itself what it had brought up.
    await opening?.then(
      (province) => province.stop(),
      () => undefined,
    )
    console.log(START.stopped[lang])
  })
  opening = openProvince({
    dataDir: options.data,
    port: options.port,
    apart: options.apart,
    folders: true,
    lang,
    runSteps: (steps) => withProgress(steps, lang),
    log: (line) => console.log(line),
    signal: interrupted.signal,
  })
  const province = await opening.catch((error: unknown) => {
    if (end.asked()) return undefined
    throw error
  })
  if (province && !end.asked()) announce(province, lang, Date.now() - begun)
}

async function reset(options: StartOptions): Promise<void> {
  const data = prepareFolder(options.data)
  if (!options.yes && !(await confirmed(START.askReset[options.lang].replace('{folder}', data))))
    throw refuse(resetNeedsYes, { folder: data })
  const lock = tryLock(layout.lock(data))
  if (!('release' in lock)) throw refuse(boxRunning, { folder: data, pid: lock.pid })
  try {
    await stopPostgres(layout.postgres(data))
    emptyFolder(data)
  } finally {
    lock.release()
  }
  console.log(START.removed[options.lang])
}

async function confirmed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false
  const reader = createInterface({ input: process.stdin, output: process.stdout })
  const answer = await reader.question(question)
  reader.close()
  return /^(y|yes|c|có)$/i.test(answer.trim())
}

async function withProgress(steps: Step[], lang: Lang): Promise<void> {
  const tasks = steps.map((step) => ({
    title: step[lang],
    task: async (_context: unknown, task: { output: string }) => {
      await step.run((line) => {
        task.output = line
      })
    },
  }))
  await new Listr(tasks, {
    // Refusals are printed once, by the command line itself.
    collectErrors: false,
    fallbackRenderer: 'simple',
    rendererOptions: { collapseErrors: false, showErrorMessage: false, timer: PRESET_TIMER },
    fallbackRendererOptions: { timer: PRESET_TIMER },
    registerSignalListeners: false,
  }).run()
}

function announce(province: Province, lang: Lang, ms: number): void {
  const lines = [
    '',
    `${START.ready[lang]} ${START.after[lang]} ${(ms / 1000).toFixed(1)} s`,
    '',
    `  ${START.startPage[lang].padEnd(34)} ${province.controlUrl}`,
  ]
  for (const { settings } of province.sites) lines.push(`  ${settings.facility.name.padEnd(34)} ${settings.baseUrl}`)
  lines.push('', `${START.accounts[lang]} (${START.password[lang]}: ${DEMO_PASSWORD})`)
  for (const site of DEMO_SITES) {
    lines.push(`  ${site.facility.name}`)
    for (const user of site.users)
      lines.push(`    ${user.login.padEnd(12)} ${(ROLE_NAMES[user.role]?.[lang] ?? user.role).padEnd(32)} ${user.name}`)
  }
  lines.push('', `${START.data[lang]}: ${province.data}`, START.end[lang], '')
  console.log(lines.join('\n'))
}
