/** Reading import statements and finding cycles between files. */

export interface ImportOf {
  specifier: string
  line: number
  /** `import type …` or `export type … from`: erased, so it neither loads code nor closes a cycle. */
  typeOnly: boolean
  /** `import('…')`: loaded later, so it closes no cycle. */
  later: boolean
}

/** All imports of a source text: static, re-exports, dynamic with a literal. Comments are blanked first. */
export function importsOf(text: string): ImportOf[] {
  const code = blankComments(text)
  const found: ImportOf[] = []
  const statement = /^[ \t]*(import|export)\b(\s+type\b(?!\s+from\b))?[^'"`;=:(]*?(?:\bfrom\s*)?(['"])([^'"\n]+)\3/gm
  for (const match of code.matchAll(statement)) {
    const isExport = match[1] === 'export'
    if (isExport && !/\bfrom\s*['"]/.test(match[0])) continue
    found.push({ specifier: match[4] ?? '', line: lineAt(code, match.index), typeOnly: match[2] !== undefined, later: false })
  }
  for (const match of code.matchAll(/\bimport\(\s*(['"])([^'"\n]+)\1\s*\)/g)) {
    // `import('x').Name` in a type position loads nothing, a call that is awaited or chained does.
    const typeOnly = /^\.[A-Z]/.test(code.slice(match.index + match[0].length))
    found.push({ specifier: match[2] ?? '', line: lineAt(code, match.index), typeOnly, later: true })
  }
  return found
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}

/** Comments become blanks of the same length, so that line numbers stay. */
function blankComments(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))
    .replace(/^(\s*)\/\/.*$/gm, (line) => line.replace(/[^\n]/g, ' '))
}

/** Groups of files that reach each other by run-time imports (Tarjan), each as a path that ends where it began. */
export function findCycles(files: { path: string; to: string[] }[]): string[][] {
  const edges = new Map(files.map((file) => [file.path, file.to]))
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const cycles: string[][] = []
  const visit = (path: string): void => {
    index.set(path, index.size)
    low.set(path, index.get(path) ?? 0)
    stack.push(path)
    for (const next of edges.get(path) ?? []) {
      if (!edges.has(next)) continue
      if (!index.has(next)) {
        visit(next)
        low.set(path, Math.min(low.get(path) ?? 0, low.get(next) ?? 0))
      } else if (stack.includes(next)) {
        low.set(path, Math.min(low.get(path) ?? 0, index.get(next) ?? 0))
      }
    }
    if (low.get(path) !== index.get(path)) return
    const group = stack.splice(stack.indexOf(path))
    const selfImport = group.length === 1 && edges.get(path)?.includes(path)
    if (group.length > 1 || selfImport) cycles.push(shortestRound(group, edges))
  }
  for (const file of files) if (!index.has(file.path)) visit(file.path)
  return cycles
}

/** One shortest round through the first file of the group, so that the report is short. */
function shortestRound(group: string[], edges: Map<string, string[]>): string[] {
  const start = group[0] ?? ''
  const inside = new Set(group)
  const queue: string[][] = [[start]]
  const seen = new Set<string>()
  for (let way = queue.shift(); way; way = queue.shift()) {
    for (const next of edges.get(way.at(-1) ?? '') ?? []) {
      if (next === start) return [...way, start]
      if (!inside.has(next) || seen.has(next)) continue
      seen.add(next)
      queue.push([...way, next])
    }
  }
  return group
}
