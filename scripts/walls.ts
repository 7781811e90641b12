/**
 * The walls of the house, checked on every test run: who may import whom, where SQL may stand, how long a file may grow,
 * no import cycles, nothing of one machine in the sources. Prints `file:line rule message`; exit 1 when a wall is broken.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findCycles, type ImportOf, importsOf } from './walls-imports.ts'

/** A feature may import another's door only when the pair stands here; each line says why. */
const FEATURE_PAIRS: Record<string, string[]> = {
  // Papers are composed from, and outcomes filed into, documents; slips travel by the exchange.
  // A code typed without words gets the name the official list has for it.
  referral: ['documents', 'exchange', 'insurance', 'registration', 'directory', 'sign-tray', 'person-index', 'delegation', 'catalogue'],
  // The tray shows what the owner of a paper asks to be signed, and signs by the authority that is in force.
  'sign-tray': ['documents', 'delegation'],
  // XML13 of a claim becomes a referral in the tray.
  // A pair to be judged names the facilities it came from.
  'person-index': ['directory'],
  // A watched folder that is silent is an alert.
  insurance: ['documents', 'registration', 'referral', 'person-index', 'exchange'],
  // Who joins is of the directory, and becomes active in it; the node tries its seal.
  joining: ['directory', 'documents'],
  // Keys, certificates and a directory that run out are an alert.
  administration: ['documents', 'exchange', 'directory'],
  // Roots of days go to the hub by the node's line; what is late or differs is an alert.
  // A node in the trail is called by its facility's name.
  audit: ['exchange', 'directory'],
  // Slips and contacts are counted at the hub, records at the facility; the list of facilities is dated.
  reporting: ['directory', 'exchange', 'insurance', 'referral'],
  // The hub registers papers, resolves persons and drives the referral's Task.
  exchange: ['documents', 'person-index', 'directory'],
}

const WARN_LINES = 400
const STOP_LINES = 600
/** Pure data and shapes of a feature that web and other features may read. */
const SHARED_DATA = /^(transitions|contract)\.ts$/
/** Contracts at the root of the server: types every layer speaks in. */
const BASE = new Set(['feature.ts', 'page.ts', 'site.ts', 'keys.ts', 'settings.ts', 'faults.ts', 'worker-loop.ts', 'storage-fault.ts'])
const SQL_PLACES =
  /^apps\/server\/src\/(store\/|testing\/|.*\/tables\.ts$|.*\/tables\/|box\/postgres-databases\.ts$)|^apps\/edge\/src\/.*\/tables\.ts$|\.(test|slow|long)\.ts$|^bench\//

export interface Breach {
  file: string
  line: number
  rule: string
  text: string
}

export interface WallsReport {
  errors: Breach[]
  warnings: Breach[]
  files: number
}

interface SourceFile {
  /** Path from the root, with `/`. */
  path: string
  text: string
  imports: ImportOf[]
}

/** Reads the tree under `root` and judges it. */
export function checkWalls(root: string): WallsReport {
  const paths = listFiles(root)
  const report: WallsReport = { errors: [], warnings: [], files: paths.length }
  const sources: SourceFile[] = []
  for (const path of paths) {
    const text = readFileSync(join(root, path), 'utf8')
    checkWords(path, text, report)
    if (!/\.(ts|tsx|cjs|mjs|css)$/.test(path)) continue
    checkLength(path, text, report)
    if (!/\.tsx?$/.test(path)) continue
    const source = { path, text, imports: importsOf(text) }
    sources.push(source)
    checkSql(source, report)
    checkImports(root, source, report)
  }
  for (const cycle of findCycles(sources.map((s) => ({ path: s.path, to: runtimeTargets(root, s) })))) {
    report.errors.push({ file: cycle[0] ?? '', line: 1, rule: 'import-cycle', text: cycle.join(' → ') })
  }
  return report
}

const SKIPPED = new Set(['node_modules', 'dist', 'generated', 'testdata', '.git', '.yba', 'coverage', '.vite'])

function listFiles(root: string): string[] {
  const found: string[] = []
  const visit = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder ? `${folder}/${entry.name}` : entry.name
      if (entry.isDirectory() && !SKIPPED.has(entry.name) && !entry.name.startsWith('generated.')) visit(path)
      else if (entry.isFile() && /\.(ts|tsx|cjs|mjs|css|md|json|typ|html|yml|sh)$|^\.ci\//.test(path)) found.push(path)
    }
  }
  visit('')
  return found.sort()
}

function checkLength(path: string, text: string, report: WallsReport): void {
  const lines = text.split('\n').length - 1
  if (lines > STOP_LINES)
    report.errors.push({ file: path, line: lines, rule: 'file-length', text: `${lines} lines; ${STOP_LINES} is the end` })
  else if (lines > WARN_LINES)
    report.warnings.push({ file: path, line: lines, rule: 'file-length', text: `${lines} lines; ${WARN_LINES} is much` })
}

/** Words that belong to one machine. Written in pieces so that this file passes its own check. */
const WORDS = [
  { pattern: new RegExp(`(^|[\\s'"\`(=:])/(${['work', 'root', 'tmp'].join('|')})/`), what: 'a path of one machine' },
  { pattern: new RegExp(`/${'home'}/[a-z]`), what: 'a path of one machine' },
  { pattern: new RegExp(['registry', 'npmjs', 'org'].join('\\.')), what: 'a registry host' },
  { pattern: new RegExp(`\\b(${['artifact'.concat('ory'), 'verdac'.concat('cio')].join('|')})\\b`, 'i'), what: 'a registry host' },
]

function checkWords(path: string, text: string, report: WallsReport): void {
  for (const { pattern, what } of WORDS) {
    const lines = text.split('\n')
    const line = lines.findIndex((one) => pattern.test(one))
    if (line >= 0) report.errors.push({ file: path, line: line + 1, rule: 'machine-words', text: `holds ${what}` })
  }
}

const SQL =
  /[`'"]\s*(select\s[^`'"]{0,400}?\sfrom\s|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s|(create|drop|alter)\s+(table|index|sequence|database|role)\s|with\s+\w+\s+as\s*\()/i

/** In a feature even the call belongs into tables.ts. */
const SQL_CALL = /\.sql\s*[(<]/

function checkSql(source: SourceFile, report: WallsReport): void {
  if (!/^apps\/|^packages\//.test(source.path) || SQL_PLACES.test(source.path)) return
  const found = SQL.exec(source.text) ?? (source.path.includes('/features/') ? SQL_CALL.exec(source.text) : null)
  if (!found) return
  // The contracts name the method; they do not call it.
  if (/^apps\/server\/src\/store\//.test(source.path)) return
  const line = source.text.slice(0, found.index).split('\n').length
  report.errors.push({ file: source.path, line, rule: 'sql-place', text: 'SQL stands only in store/ and in tables.ts' })
}

function checkImports(root: string, source: SourceFile, report: WallsReport): void {
  for (const one of source.imports) {
    const problem = one.specifier.startsWith('.')
      ? judgeRelative(source.path, posix.normalize(posix.join(dirname(source.path), one.specifier)), one)
      : judgeBare(root, source.path, one)
    if (problem) report.errors.push({ file: source.path, line: one.line, rule: 'wall', text: `${one.specifier}: ${problem}` })
  }
}

function judgeRelative(from: string, to: string, one: ImportOf): string | undefined {
  const here = zoneOf(from)
  const there = zoneOf(to)
  if (here.area === 'packages')
    return there.area === 'packages' && there.name === here.name ? undefined : 'a package imports only packages, by name'
  if (there.area === 'packages') return here.area === 'root' ? undefined : 'packages are imported by name'
  if (here.area === 'root') return undefined
  if (here.area === 'web') {
    if (there.area === 'web') return undefined
    const shared = there.area === 'server' && there.layer === 'features' && SHARED_DATA.test(there.file)
    return shared || to === 'apps/server/src/access/permissions.ts'
      ? undefined
      : 'the web reads of the server only transitions.ts and contract.ts'
  }
  if (here.area === 'edge' && there.area === 'edge') return undefined
  if (here.area === 'server' && there.area === 'server') return judgeServer(here, there, one)
  return `${here.area} does not import ${there.area}`
}

/** What each layer of the server may import at run time, besides itself, the base and packages. */
const LAYERS: Record<string, string[]> = {
  base: [],
  store: [],
  access: ['store'],
  http: ['store', 'access'],
  features: ['store', 'access'],
  top: ['store', 'access', 'http', 'features', 'top', 'box', 'testing', 'cli'],
  testing: ['store', 'access', 'http', 'features', 'top', 'box', 'testing', 'cli'],
  box: ['store', 'access', 'http', 'features', 'top'],
  cli: ['store', 'access', 'http', 'features', 'top', 'box'],
}

function judgeServer(here: Zone, there: Zone, one: ImportOf): string | undefined {
  if (here.test) return undefined
  if (here.layer === 'features' && there.layer === 'features' && here.name !== there.name) return judgePair(here, there, one)
  if (here.layer === there.layer || there.layer === 'base') return undefined
  // Types are erased: the contracts of a neighbour may be spoken of, its code not loaded.
  if (one.typeOnly && (here.layer === 'base' || /^(types|contract|caller|permissions|transitions)\.ts$/.test(there.file))) return undefined
  if (here.layer === 'features' && SHARED_DATA.test(here.file)) return 'transitions.ts and contract.ts are pure data'
  return LAYERS[here.layer]?.includes(there.layer) ? undefined : `${here.layer} does not import ${there.layer}`
}

function judgePair(here: Zone, there: Zone, one: ImportOf): string | undefined {
  // Shapes may be spoken of by everyone; what loads code needs the pair.
  if (one.typeOnly && SHARED_DATA.test(there.file)) return undefined
  if (!/^(index|contract|transitions)\.ts$/.test(there.file)) return `only the door of ${there.name} (index.ts)`
  return FEATURE_PAIRS[here.name]?.includes(there.name)
    ? undefined
    : `the pair ${here.name} → ${there.name} is not on the list in scripts/walls.ts`
}

interface Zone {
  area: 'packages' | 'server' | 'web' | 'edge' | 'root'
  layer: string
  name: string
  file: string
  test: boolean
}

function zoneOf(path: string): Zone {
  const parts = path.split('/')
  const file = parts.at(-1) ?? ''
  const test = /\.(test|slow|long|e2e)\.tsx?$/.test(file) || file === 'testing.ts'
  if (parts[0] === 'packages') return { area: 'packages', layer: '', name: parts[1] ?? '', file, test }
  if (parts[0] === 'apps' && parts[1] === 'web') return { area: 'web', layer: parts[3] ?? '', name: parts[4] ?? '', file, test }
  if (parts[0] === 'apps' && parts[1] === 'edge') return { area: 'edge', layer: '', name: parts[3] ?? '', file, test }
  if (parts[0] === 'apps' && parts[1] === 'server' && parts[2] === 'src') {
    const folder = parts.length > 4 ? (parts[3] ?? '') : BASE.has(file) ? 'base' : 'top'
    return { area: 'server', layer: folder, name: folder === 'features' ? (parts[4] ?? '') : folder, file, test }
  }
  return { area: 'root', layer: '', name: parts[0] ?? '', file, test }
}

const declaredCache = new Map<string, Set<string>>()

function declared(root: string, folder: string, withDev: boolean): Set<string> {
  const key = `${root} ${folder} ${withDev}`
  const known = declaredCache.get(key)
  if (known) return known
  const file = join(root, folder, 'package.json')
  const manifest = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, string> | undefined>) : {}
  const names = new Set([...Object.keys(manifest.dependencies ?? {}), ...Object.keys(manifest.optionalDependencies ?? {})])
  if (withDev) for (const name of Object.keys(manifest.devDependencies ?? {})) names.add(name)
  declaredCache.set(key, names)
  return names
}

function judgeBare(root: string, from: string, one: ImportOf): string | undefined {
  if (one.specifier.startsWith('node:')) return undefined
  const name = one.specifier
    .split('/')
    .slice(0, one.specifier.startsWith('@') ? 2 : 1)
    .join('/')
  const here = zoneOf(from)
  if (name.startsWith('@yba/')) {
    // What only tests need stands behind a door of its own, so that no program carries it.
    const ofTests = (here.test || from.includes('/testing/')) && one.specifier.startsWith(`${name}/testing`)
    if (one.specifier !== name && !ofTests) return 'a package is entered by its door'
    if (['@yba/server', '@yba/web', '@yba/edge'].includes(name)) return 'the apps are nobody’s library'
    if (here.area === 'packages' && here.name === 'fhir') return 'fhir imports nothing of ours'
  }
  if (here.area === 'root') return undefined
  const folder = here.area === 'packages' ? `packages/${here.name}` : `apps/${here.area}`
  if (one.typeOnly && declared(root, '.', true).has(`@types/${name}`)) return undefined
  const loose = one.typeOnly || here.test || from.includes('/build/') || from.includes('/testing/') || /vite(st)?\.config/.test(from)
  if (declared(root, folder, true).has(name) || declared(root, folder, false).has(name)) return undefined
  if (loose && declared(root, '.', true).has(name)) return undefined
  return `not declared in ${folder}/package.json`
}

function runtimeTargets(root: string, source: SourceFile): string[] {
  return source.imports.flatMap((one) => {
    if (one.typeOnly || one.later) return []
    if (one.specifier.startsWith('.')) return [posix.normalize(posix.join(dirname(source.path), one.specifier))]
    const owned = /^@yba\/(\w+)$/.exec(one.specifier)?.[1]
    return owned && existsSync(join(root, 'packages', owned)) ? [`packages/${owned}/src/index.ts`] : []
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = join(import.meta.dirname, '..')
  const report = checkWalls(root)
  for (const one of report.warnings) console.log(`warning  ${one.file}:${one.line}  ${one.rule}  ${one.text}`)
  for (const one of report.errors) console.log(`error    ${one.file}:${one.line}  ${one.rule}  ${one.text}`)
  console.log(
    `walls: ${report.files} files, ${report.errors.length} errors, ${report.warnings.length} warnings (${relative(process.cwd(), root) || '.'})`,
  )
  process.exitCode = report.errors.length ? 1 : 0
}
