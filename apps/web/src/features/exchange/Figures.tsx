import { useTranslation } from 'react-i18next'
import type { ExchangeState } from '../../data/contracts.ts'
import { count, shortWhen, when } from '../../ui/format.ts'
import { Alert } from '../../ui/Notice.tsx'
import styles from './exchange.module.css'
import { lineWords } from './words.ts'

export interface Figure {
  id: string
  label: string
  value: string
  note?: string
  title?: string
  tone?: 'red' | 'amber'
}

/** Numbers to be read in one glance; what needs attention is coloured. */
export function Figures({ figures }: { figures: readonly Figure[] }) {
  return (
    <div className={styles.figures}>
      {figures.map((f) => (
        <dl key={f.id} className={styles.figure} data-figure={f.id} data-tone={f.tone} title={f.title}>
          <dt>{f.label}</dt>
          <dd>{f.value}</dd>
          {f.note && <dd>{f.note}</dd>}
        </dl>
      ))}
    </div>
  )
}

const HOUR = 3_600_000
const DAY = 24 * HOUR
const older = (at: string | null | undefined, ms: number, now: string): boolean =>
  Boolean(at) && Date.parse(now) - Date.parse(at ?? '') > ms

/** A facility the hub has closed its door to is not one that cannot reach it. */
function lineWord(line: ExchangeState['line']) {
  if (!line) return 'exchange.lineNone'
  if (line.up) return 'exchange.lineUp'
  return line.why === 'node-suspended' ? 'exchange.suspended' : 'exchange.lineDown'
}

/** The numbers at the top of a facility's page, and the truth about the line. */
export function SiteFigures({ state }: { state: ExchangeState }) {
  const { t } = useTranslation()
  const { line, now } = state
  const short = (at: string | null | undefined): string => (at ? shortWhen(at) : t('exchange.never'))
  const figures: Figure[] = [
    {
      id: 'line',
      label: t('exchange.line'),
      value: t(lineWord(line)),
      ...(line ? { note: t('exchange.since', { at: shortWhen(line.since) }) } : {}),
      ...(line?.heard ? { title: t('exchange.heard', { at: when(line.heard) }) } : {}),
      ...(line && !line.up ? { tone: 'red' as const } : {}),
    },
    { id: 'waiting', label: t('exchange.waiting'), value: count(state.waiting), ...(state.waiting > 0 ? { tone: 'amber' as const } : {}) },
    {
      id: 'oldest',
      label: t('exchange.oldest'),
      value: state.oldest ? shortWhen(state.oldest) : t('exchange.nothing'),
      title: when(state.oldest ?? undefined),
      ...(older(state.oldest, HOUR, now) ? { tone: 'red' as const } : {}),
    },
    {
      id: 'letters',
      label: t('exchange.letters'),
      value: count(state.letters),
      ...(state.mine > 0 ? { note: t('exchange.mine', { n: state.mine }) } : {}),
      ...(state.letters > 0 ? { tone: 'red' as const } : {}),
    },
    { id: 'parked', label: t('exchange.parked'), value: count(state.parked), ...(state.parked > 0 ? { tone: 'amber' as const } : {}) },
    {
      id: 'cursor',
      label: t('exchange.cursor'),
      value: short(state.cursor?.at),
      ...(state.cursor ? { note: t('exchange.cursorAt', { value: state.cursor.value || '—' }) } : {}),
    },
    {
      id: 'directory',
      label: t('exchange.directory'),
      value: short(state.directoryAt),
      title: when(state.directoryAt ?? undefined),
      ...(older(state.directoryAt, DAY, now) ? { tone: 'amber' as const } : {}),
    },
    {
      id: 'backup',
      label: t('exchange.backup'),
      value: short(state.backupAt),
      title: when(state.backupAt ?? undefined),
      ...(!state.backupAt || older(state.backupAt, 2 * DAY, now) ? { tone: 'amber' as const } : {}),
    },
  ]
  return (
    <>
      {line && !line.up && (
        <div role="status">
          <Alert tone="red">{t('exchange.down', { since: when(line.since), why: lineWords(line.why ?? '') })}</Alert>
        </div>
      )}
      <Figures figures={figures} />
    </>
  )
}
