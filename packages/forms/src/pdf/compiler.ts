/** The one Typst compiler of the process: native, started with the first page, templates read once. */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler'
import type { PaperKind } from '@yba/vietnam'
import { coveredCodePoints } from './glyphs.ts'

const WORKSPACE = fileURLToPath(new URL('..', import.meta.url))
const FACES = ['400Regular', '400Regular_Italic', '700Bold', '700Bold_Italic']
// compiles after which a memoized layout that was not used again is dropped: enough for the shared parts of the pages
const CACHE_GENERATIONS = 8

interface Typesetter {
  compiler: NodeCompiler
  covered: Set<number>
}

let typesetter: Typesetter | undefined

function start(): Typesetter {
  const fonts = dirname(createRequire(import.meta.url).resolve('@expo-google-fonts/tinos/package.json'))
  const compiler = NodeCompiler.create({
    workspace: WORKSPACE,
    fontArgs: [{ fontPaths: FACES.map((face) => join(fonts, face)) }],
  })
  const covered = FACES.map((face) => coveredCodePoints(readFileSync(join(fonts, face, `Tinos_${face}.ttf`))))
  return { compiler, covered: covered.reduce((all, face) => all.intersection(face)) }
}

/** Compiler and the characters that every face of the font has; the first call costs the start of the native module. */
export function useTypesetter(): Typesetter {
  typesetter ??= start()
  return typesetter
}

/** A set page: the PDF and what the template reports about its signature boxes. */
export interface SetPage {
  pdf: Buffer
  pages: number
  marks: { role: string; page: number; x: number; y: number }[]
}

/** Sets one paper; `data` is what `shared/paper.typ` reads. Throws what Typst reports. */
export function setPage(kind: PaperKind, data: unknown): SetPage {
  const { compiler } = useTypesetter()
  const run = compiler.compile({ mainFilePath: join(WORKSPACE, kind, 'page.typ'), inputs: { paper: JSON.stringify(data) } })
  const document = run.result
  if (!document) throw new Error(JSON.stringify(run.takeDiagnostics()?.shortDiagnostics ?? 'typst gave no result'))
  const pdf = compiler.pdf(document, { pdfStandard: 'a-2a' })
  const marks = compiler.query(document, { selector: '<signature>', field: 'value' }) as SetPage['marks']
  const pages = document.numOfPages
  compiler.evictCache(CACHE_GENERATIONS)
  return { pdf, pages, marks }
}
