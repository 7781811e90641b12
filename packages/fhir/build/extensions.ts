/** The published extension definitions → what the validator asks of a known extension. */
import type { ExtensionRow } from '../src/definitions.ts'
import type { StructureSource } from './types.ts'

interface ExtensionSource extends StructureSource {
  context?: { type: string; expression: string }[]
}

/** The types of the value; none when the extension holds extensions. */
function valueTypes(source: ExtensionSource, path: string): string[] {
  const value = source.snapshot?.element.find((one) => one.id === path && one.max !== '0')
  return [...new Set((value?.type ?? []).map((type) => type.code))]
}

function rowOf(source: ExtensionSource): ExtensionRow {
  const elements = source.snapshot?.element ?? []
  const row: ExtensionRow = {
    contexts: (source.context ?? []).map(({ type, expression }) => (type === 'element' ? expression : '*')),
    types: valueTypes(source, 'Extension.value[x]'),
  }
  const parts = elements.filter((one) => /^Extension\.extension:[^.:]+$/.test(one.id ?? '') && one.max !== '0')
  for (const { id = '', min, max } of parts) {
    const name = id.slice(id.indexOf(':') + 1)
    const part = { min, max: max === '*' ? 0 : Number(max), types: valueTypes(source, `${id}.value[x]`) }
    row.parts = { ...row.parts, [name]: part }
  }
  return row
}

/** Url → row, of every extension of R4. */
export function extensionTable(structures: ExtensionSource[]): Record<string, ExtensionRow> {
  const extensions = structures.filter((one) => one.resourceType === 'StructureDefinition' && one.type === 'Extension')
  return Object.fromEntries(extensions.map((one) => [one.url, rowOf(one)]))
}
