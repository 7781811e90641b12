/** What every rule says of itself, and how a broken one is told. */
import type { Bilingual } from '../outcome.ts'
import { type Context, report } from './context.ts'
import { invariantBroken, ruleAdvice } from './outcomes.ts'

export interface RuleTexts {
  key: string
  /** What must hold. */
  vi: string
  en: string
  /** What to do; without it, the rule itself says it. */
  cure?: Bilingual
  warning?: boolean
}

/** Tells that a rule is broken at the current place, or at the element `name` below it. */
export function reportBroken(c: Context, rule: RuleTexts, name?: string, index?: number): void {
  const { key, vi, en } = rule
  const cureVi = rule.cure?.vi ?? `Sửa để thoả quy tắc ${key}: ${vi}`
  const cureEn = rule.cure?.en ?? `Change it so that ${key} holds: ${en}`
  report(c, rule.warning ? ruleAdvice : invariantBroken, { key, vi, en, cureVi, cureEn }, name, index)
}
