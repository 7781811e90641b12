import { Button } from '@mantine/core'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FindingView } from '../../data/contracts.ts'
import { clockOf } from '../../ui/format.ts'
import { Alert } from '../../ui/Notice.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { PdfFrame } from '../documents/PdfFrame.tsx'
import type { Draft } from './draft.ts'
import { type DraftContent, type SaveState, valueAt } from './draft-saver.ts'
import { enterGoesOn, Field, type FieldSpec } from './Field.tsx'
import { FindingList } from './FindingList.tsx'
import { previewUrl } from './queries.ts'
import styles from './referral.module.css'

/** What keeps a paper from being signed. */
const MUST: ReadonlySet<FindingView['severity']> = new Set(['error', 'fatal'])

export interface FieldGroup {
  id: string
  title: string
  fields: readonly FieldSpec[]
}

/** Whether a finding speaks of this field: its own path, or the whole it is the first part of. */
function speaksOf(finding: FindingView, spec: FieldSpec, groups: readonly FieldGroup[]): boolean {
  if (finding.path === spec.path) return true
  const first = groups.flatMap((g) => g.fields).find((f) => finding.path !== undefined && f.path.startsWith(`${finding.path}.`))
  return first === spec
}

function Saved({ state }: { state: SaveState }) {
  const { t } = useTranslation()
  const text = {
    saved: state.is === 'saved' ? t('compose.saved', { at: clockOf(state.at) }) : '',
    dirty: t('compose.unsaved'),
    saving: t('compose.saving'),
    failed: t('compose.saveFailed'),
    conflict: t('compose.conflict'),
  }[state.is]
  return (
    <span className={styles.saved} role="status" data-state={state.is}>
      {text}
    </span>
  )
}

/** The field a path speaks of, or the first field below it. */
function fieldAt(path: string, groups: readonly FieldGroup[]): FieldSpec | undefined {
  return groups.flatMap((g) => g.fields).find((f) => f.path === path || f.path.startsWith(`${path}.`))
}

function goTo(path: string, groups: readonly FieldGroup[]): void {
  const spec = fieldAt(path, groups)
  if (spec) document.getElementById(`field-${spec.path}`)?.focus()
}

/** The field of the first thing that must be mended, if any; gives whether there was one. */
export function goToFirstGap(findings: readonly FindingView[], groups: readonly FieldGroup[]): boolean {
  const gap = findings.find((f) => MUST.has(f.severity) && f.path !== undefined && fieldAt(f.path, groups))
  if (gap?.path !== undefined) goTo(gap.path, groups)
  return gap !== undefined
}

/** Who opens a paper by keyboard is in its first missing field at once, never on nothing. */
function useFirstField(findings: readonly FindingView[], groups: readonly FieldGroup[]): void {
  const start = useRef(() => {
    const { activeElement } = document
    if (activeElement && activeElement !== document.body && activeElement.id !== 'main') return
    if (!goToFirstGap(findings, groups)) goTo(groups[0]?.fields[0]?.path ?? '', groups)
  })
  useEffect(() => start.current(), [])
}

interface Props<T extends DraftContent> {
  id: string
  kind: 'referral' | 'outcome'
  draft: Draft<T>
  groups: readonly FieldGroup[]
  title: string
  children?: ReactNode
}

/** A paper being written: fields left, what is missing and the print right. Saves itself. */
export function PaperForm<T extends DraftContent>({ id, kind, draft, groups, title, children }: Props<T>) {
  const { t } = useTranslation()
  const [preview, setPreview] = useState(0)
  useFirstField(draft.findings, groups)
  const show = async (): Promise<void> => {
    await draft.flush()
    setPreview((n) => n + 1)
  }
  return (
    <div className={styles.split}>
      <form className={styles.side} onKeyDown={enterGoesOn} onSubmit={(event) => event.preventDefault()} aria-label={title}>
        {draft.state.is === 'conflict' && (
          <Alert tone="amber">
            <strong>{t('compose.conflict')}</strong>
            <p>{t('compose.conflictBody')}</p>
            <div className="row" style={{ marginTop: 6 }}>
              <Button variant="default" onClick={() => void draft.takeTheirs()}>
                {t('compose.takeTheirs')}
              </Button>
              <Button variant="default" onClick={() => void draft.keepMine()}>
                {t('compose.keepMine')}
              </Button>
            </div>
          </Alert>
        )}
        {groups.map((group) => (
          <Panel key={group.id} id={group.id} title={group.title} tools={group === groups[0] && <Saved state={draft.state} />}>
            <div className={styles.form}>
              {group.fields.map((spec) => (
                <Field
                  key={`${spec.path}${draft.generation}`}
                  spec={spec}
                  value={valueAt(draft.content, spec.path)}
                  findings={draft.findings.filter((f) => speaksOf(f, spec, groups))}
                  named={draft.named?.path === spec.path ? draft.named : undefined}
                  onChange={(value) => draft.set(spec.path, value)}
                />
              ))}
            </div>
          </Panel>
        ))}
        <p className="soft">{t('compose.enterHint')}</p>
      </form>
      <div className={styles.side}>
        <FindingList findings={draft.findings} onGo={(path) => goTo(path, groups)} labelOf={(path) => fieldAt(path, groups)?.label} />
        {children}
        <div className={styles.stick}>
          <PdfFrame
            url={previewUrl(id, kind, preview)}
            title={t('referral.preview', { paper: t(`paper.${kind}`) })}
            tools={
              <Button variant="default" size="compact-xs" onClick={() => void show()}>
                {t('compose.preview')}
              </Button>
            }
          />
        </div>
      </div>
    </div>
  )
}
