/**
 * Accepted with issues: a file or paper that is taken although something about it is odd keeps what was found, by the
 * digest of its bytes. It is found once, when the thing is taken; nothing is judged again when it is read.
 */
import { defineOutcome, type Finding, finding, findingText } from '@yba/fhir'
import { legacyJudge, type PaperContent } from '@yba/vietnam'
import type { Operation, OperationAnswer, OperationContext } from '../../feature.ts'
import type { Transaction } from '../../store/types.ts'
import type { Issue, IssuesAnswer } from './contract.ts'
import { documentFacts } from './document-reference.ts'
import { issuesOf, saveIssues } from './tables/issues.ts'

const PAPER_LETTERS = defineOutcome({
  code: 'paper-letters',
  http: 422,
  severity: 'warning',
  issue: 'structure',
  vi: '{where}: chữ không phải Unicode, giống bảng mã cũ TCVN3 hoặc VNI ({evidence}). Văn bản giữ nguyên từng byte như nơi lập đã ký.',
  en: '{where}: the letters are no Unicode and look like the old encodings TCVN3 or VNI ({evidence}). The paper is kept byte for byte as its issuer signed it.',
  cure: {
    vi: 'Đọc cẩn thận phần này; nếu không đọc được, trả lại văn bản để nơi lập đính chính.',
    en: 'Read this part with care; if it cannot be read, send the paper back so that its issuer corrects it.',
  },
})

const MOST_NAMED = 20

function* texts(value: unknown, path: string): Generator<[string, string]> {
  if (typeof value === 'string') yield [path, value]
  else if (Array.isArray(value)) for (const [i, member] of value.entries()) yield* texts(member, `${path}[${i + 1}]`)
  else if (value !== null && typeof value === 'object')
    for (const [name, member] of Object.entries(value)) yield* texts(member, path ? `${path}.${name}` : name)
}

/** What is odd about the words of a paper somebody else signed. It may not be changed, and it is no reason to refuse it. */
export function paperIssues(content: PaperContent): Finding[] {
  const all = [...texts(content, '')]
  const { judge } = legacyJudge(all.map(([, text]) => text))
  const found: Finding[] = []
  for (const [path, text] of all) {
    const said = judge(text)
    if (said.kind !== 'clean') found.push(finding(PAPER_LETTERS, { where: path, evidence: said.evidence }, path))
    if (found.length === MOST_NAMED) break
  }
  return found
}

/** Findings that do not refuse, but that a person should see. */
export const worthKeeping = (findings: readonly Issue[]): Issue[] => findings.filter((f) => f.severity === 'warning')

/** Keeps what was found about bytes that are taken; the same bytes again keep what was said first. */
export async function keepIssues(
  tx: Transaction,
  digest: string,
  findings: readonly (Finding | Issue)[],
  thread?: { issuer: string; number: string },
): Promise<number> {
  const kept = worthKeeping(findings.map((f) => ('definition' in f ? findingText(f) : f)))
  if (kept.length > 0) await saveIssues(tx, digest, kept, thread ? `${thread.issuer}|${thread.number}` : null, tx.now)
  return kept.length
}

/** GET /fhir/DocumentReference/{id}/$issues: what was found about a document when it was taken. */
async function issues({ site, store, id }: OperationContext): Promise<OperationAnswer> {
  const stored = (await store.read('DocumentReference', id)).resource()
  const raw = (stored as { content?: { attachment?: { url?: string } }[] }).content?.[0]?.attachment?.url?.replace(/^Binary\//, '')
  const found = await issuesOf(site.store, [documentFacts(stored).digest || (raw ?? '')])
  return { json: { findings: [...found.values()].flat() } satisfies IssuesAnswer }
}

export const issuesOperation: Operation = {
  name: '$issues',
  level: 'instance',
  type: 'DocumentReference',
  method: 'GET',
  permission: ['chart.read', 'referral.read'],
  body: 'none',
  handle: issues,
}
