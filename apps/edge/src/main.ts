/** `yba edge --folder DIR --site URL --token-file FILE [--state DIR]`, or `--config FILE` with a list of such folders. Ends at Ctrl-C. */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { EdgeTrouble, openFolder, type WatchedFolder } from './index.ts'

const USAGE = `yba edge --folder DIR --site URL --token-file FILE [--state DIR]
yba edge --config FILE      [{"folder": "…", "site": "…", "tokenFile": "…"}, …]
`

const HELP = {
  vi: `${USAGE}
Theo dõi thư mục HIS thả tệp vào, nộp cho cơ sở, đặt tệp trả lời ngay bên cạnh. Dừng bằng Ctrl-C, lúc nào cũng được.
  --folder      thư mục theo dõi        --site   địa chỉ Y Bạ của bệnh viện, vd. http://10.0.0.5:8082
  --token-file  tệp chứa mã truy cập    --state  nơi giữ tệp đang chờ nộp
Xem docs/integrators/vi/handing-in.md.
`,
  en: `${USAGE}
Watches the folder a HIS drops its files into, hands them to the site, lays each answer beside. Ctrl-C ends it, at any time.
  --folder      folder to watch         --site   address of the hospital's Y Bạ, e.g. http://10.0.0.5:8082
  --token-file  file with the token     --state  where files wait that are not handed in yet
See docs/integrators/en/handing-in.md.
`,
}

/** Null where only the help was asked for. */
function wanted(): WatchedFolder[] | null {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean', short: 'h' },
      lang: { type: 'string' },
      folder: { type: 'string' },
      site: { type: 'string' },
      'token-file': { type: 'string' },
      state: { type: 'string' },
      config: { type: 'string' },
    },
  })
  if (values.help) {
    process.stdout.write(values.lang === 'en' || values.lang === 'vi' ? HELP[values.lang] : `${HELP.vi}\n${HELP.en}`)
    return null
  }
  if (values.config) return JSON.parse(readFileSync(values.config, 'utf8')) as WatchedFolder[]
  const { folder, site, state } = values
  const tokenFile = values['token-file']
  if (!folder || !site || !tokenFile) throw new EdgeTrouble('options', `Thiếu tham số.\n${USAGE}`, `Options are missing.\n${USAGE}`)
  return [{ folder, site, tokenFile, ...(state ? { state } : {}) }]
}

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort())
// Whoever started us with a channel is gone when it closes.
process.on('disconnect', () => stop.abort())

try {
  const opened = (wanted() ?? []).map((one) => {
    const say = (what: string, about: Record<string, unknown> = {}) =>
      process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), folder: one.folder, what, ...about })}\n`)
    const folder = openFolder(one, say)
    say('watching', { site: one.site })
    return folder
  })
  process.send?.('ready')
  await Promise.all(opened.map((one) => one.run(stop.signal)))
  for (const one of opened) one.close()
  process.disconnect?.()
} catch (error) {
  const told = error instanceof EdgeTrouble ? `${error.vi}\n${error.message}\n` : `${(error as Error).message}\n`
  process.stderr.write(told)
  process.exitCode = 1
  process.disconnect?.()
}
