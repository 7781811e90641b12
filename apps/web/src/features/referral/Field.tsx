import { Checkbox, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { type FocusEvent, type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FindingView } from '../../data/contracts.ts'
import { say } from '../../text/index.ts'
import { readWhen, when } from '../../ui/format.ts'
import styles from './referral.module.css'

export interface FieldSpec {
  path: string
  label: string
  kind: 'line' | 'area' | 'choice' | 'time' | 'check'
  options?: readonly { value: string; label: string }[]
  required?: boolean
  wide?: boolean
}

interface Props {
  spec: FieldSpec
  value: unknown
  findings: readonly FindingView[]
  /** What the server would write for this text: a code with its name. */
  named?: { from: string; to: string } | undefined
  onChange(value: string | boolean): void
}

/** The abbreviation a finding names and what it probably stands for. */
export function abbreviationOf(finding: FindingView): { short: string; full: string } | undefined {
  if (!finding.code.includes('abbreviation')) return undefined
  const [short, full] = [...finding.vi.matchAll(/[“"]([^“”"]+)[”"]/g)].map((m) => m[1] ?? '').slice(-2)
  return short && full ? { short, full } : undefined
}

function replaced(text: string, { short, full }: { short: string; full: string }): string {
  // Before a value, PT is the prothrombin time of a laboratory, no operation.
  const measured = short === 'PT' ? '(?!\\s*(?:%|[:=]?\\s*\\d))' : ''
  const word = new RegExp(`(?<![\\p{L}\\p{N}])${short.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\p{L}\\p{N}])${measured}`, 'gu')
  return text.replace(word, full)
}

/** Enter goes to the next field; Shift+Enter is a new line. Not while an input method composes a letter. */
export function enterGoesOn(event: KeyboardEvent<HTMLElement>): void {
  const at = event.target
  if (event.key !== 'Enter' || event.shiftKey || event.ctrlKey || event.nativeEvent.isComposing) return
  if (!(at instanceof HTMLElement) || !at.matches('input, textarea, select')) return
  event.preventDefault()
  const fields = [...event.currentTarget.querySelectorAll<HTMLElement>('input, textarea, select')].filter(
    (f) => !f.hasAttribute('disabled'),
  )
  fields[fields.indexOf(at) + 1]?.focus()
}

function Hints({ findings, id, expand }: { findings: readonly FindingView[]; id: string; expand(finding: FindingView): void }) {
  const { t } = useTranslation()
  return (
    <div id={id}>
      {findings.map((finding) => {
        const word = abbreviationOf(finding)
        return (
          <div key={`${finding.code}${finding.vi}`} className={styles.hint} data-severity={finding.severity}>
            <span>{say(finding)}</span>
            {word && (
              <button type="button" className={styles.expand} aria-keyshortcuts="Alt+Enter" onClick={() => expand(finding)}>
                {t('compose.expandTo', word)} <kbd>Alt+↵</kbd>
              </button>
            )}
          </div>
        )
      })}
    </div>
  )
}

/**
 * One field of a paper. While it has the focus nothing but the person changes its text (UniKey, Telex and VNI compose
 * letters in place); what comes from outside is shown when the focus has left.
 */
export function Field({ spec, value, findings, named, onChange }: Props) {
  const { t } = useTranslation()
  const hintId = useId()
  const outside = spec.kind === 'time' ? when(String(value ?? '')) : String(value ?? '')
  const [text, setText] = useState(outside)
  const focused = useRef(false)
  useEffect(() => {
    if (!focused.current) setText(outside)
  }, [outside])
  const write = (next: string): void => {
    setText(next)
    const read = spec.kind === 'time' && next ? readWhen(next) : next
    if (read !== undefined) onChange(read)
  }
  // Once each: who deletes the name again wants the code alone.
  const taken = useRef(new Set<string>())
  const take = (): boolean => {
    if (!named || focused.current || named.from !== outside || taken.current.has(named.from)) return false
    taken.current.add(named.from)
    write(named.to)
    return true
  }
  const takeNow = useRef(take)
  takeNow.current = take
  useEffect(() => {
    if (named) takeNow.current()
  }, [named])
  const expand = (finding: FindingView): void => {
    const word = abbreviationOf(finding)
    if (word) write(replaced(text, word))
  }
  const common = {
    id: `field-${spec.path}`,
    label: spec.label,
    withAsterisk: spec.required ?? false,
    value: text,
    'aria-describedby': findings.length > 0 ? hintId : undefined,
    'aria-invalid': findings.some((f) => f.severity === 'error' || f.severity === 'fatal') || undefined,
    onFocus: () => {
      focused.current = true
    },
    onBlur: (_: FocusEvent) => {
      focused.current = false
      if (!take()) setText(outside)
    },
    onChange: (event: { currentTarget: { value: string } }) => write(event.currentTarget.value),
    onKeyDown: (event: KeyboardEvent) => {
      const first = findings.find(abbreviationOf)
      if (event.altKey && event.key === 'Enter' && first) {
        event.preventDefault()
        event.stopPropagation()
        expand(first)
      }
    },
  }
  const input: Record<FieldSpec['kind'], () => ReactNode> = {
    line: () => <TextInput {...common} autoComplete="off" />,
    time: () => (
      <TextInput
        {...common}
        autoComplete="off"
        inputMode="numeric"
        placeholder="dd/mm/yyyy hh:mm"
        error={text && readWhen(text) === undefined ? t('compose.badTime') : undefined}
      />
    ),
    area: () => <Textarea {...common} autosize minRows={2} maxRows={10} />,
    choice: () => <NativeSelect {...common} data={[...(spec.options ?? [])]} />,
    check: () => (
      <Checkbox
        id={common.id}
        label={spec.label}
        checked={value === true}
        onChange={(event) => onChange(event.currentTarget.checked)}
        mt={22}
      />
    ),
  }
  return (
    <div className={spec.wide || spec.kind === 'area' ? styles.wide : undefined}>
      {input[spec.kind]()}
      {findings.length > 0 && <Hints findings={findings} id={hintId} expand={expand} />}
    </div>
  )
}
