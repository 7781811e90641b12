/** What a process and all it started cost, read from /proc (Linux). */

import { readdirSync, readFileSync } from 'node:fs'

interface Stat {
  pid: number
  parent: number
  name: string
  /** Clock ticks of itself, and of its children that ended. */
  own: number
  ended: number
}

const TICKS_PER_SECOND = 100

function stats(): Stat[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const text = read(`/proc/${name}/stat`)
      if (!text) return []
      // The name may hold blanks and brackets; the fields begin behind the last one.
      const close = text.lastIndexOf(')')
      const fields = text.slice(close + 2).split(' ')
      const at = (n: number) => Number(fields[n - 3])
      const comm = text.slice(text.indexOf('(') + 1, close)
      return [{ pid: Number(name), parent: at(4), name: comm, own: at(14) + at(15), ended: at(16) + at(17) }]
    })
}

/** A process may end between listing and reading. */
function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

function tree(root: number): Stat[] {
  const all = stats()
  const found = all.filter((one) => one.pid === root)
  for (let index = 0; index < found.length; index++) {
    const parent = found[index]?.pid
    found.push(...all.filter((one) => one.parent === parent))
  }
  return found
}

export interface Cpu {
  server: number
  postgres: number
}

/** CPU seconds used so far by the tree: PostgreSQL (with its ended backends) apart from the rest. */
export function cpuOf(root: number): Cpu {
  const sum: Cpu = { server: 0, postgres: 0 }
  for (const one of tree(root)) {
    if (one.name.startsWith('postgres')) sum.postgres += (one.own + one.ended) / TICKS_PER_SECOND
    else sum.server += one.own / TICKS_PER_SECOND
  }
  return sum
}

/** Sum of the proportional set sizes of the tree, in MB (10^6 bytes), PostgreSQL apart. */
export function pssOf(root: number): { server: number; postgres: number } {
  const sum = { server: 0, postgres: 0 }
  for (const one of tree(root)) {
    const kb = Number(/^Pss:\s+(\d+) kB/m.exec(read(`/proc/${one.pid}/smaps_rollup`) ?? '')?.[1] ?? 0)
    sum[one.name.startsWith('postgres') ? 'postgres' : 'server'] += (kb * 1024) / 1e6
  }
  return sum
}
