import { NativeSelect } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { AcceptanceCell, AcceptancePolicy, AcceptanceRow, Decision } from '../../data/contracts.ts'
import { Badge, type Tone } from '../../ui/Badge.tsx'
import { Panel } from '../../ui/Panel.tsx'
import styles from './acceptance.module.css'

const TONE: Record<Decision, Tone> = { auto: 'green', desk: 'amber', doctor: 'blue' }
const DECISIONS: readonly Decision[] = ['auto', 'desk', 'doctor']
const COLUMNS = [
  { urgency: 'routine', setting: 'outpatient' },
  { urgency: 'routine', setting: 'inpatient' },
  { urgency: 'stat', setting: 'outpatient' },
  { urgency: 'stat', setting: 'inpatient' },
] as const

interface Props {
  matrix: readonly AcceptanceCell[]
  policy: AcceptancePolicy
  names: readonly { code: string; name: string }[]
  /** Absent: only looked at. */
  change?(policy: AcceptancePolicy): void
}

/** The row that speaks of exactly this cell, without dates. */
const isOf = (row: AcceptanceRow, cell: AcceptanceCell): boolean =>
  row.department === cell.department && row.urgency === cell.urgency && row.setting === cell.setting && !row.from && !row.until

/** The policy with a row of its own for one cell, or without it. */
function withCell(policy: AcceptancePolicy, cell: AcceptanceCell, decision: string): AcceptancePolicy {
  const rows = policy.rows.filter((row) => !isOf(row, cell))
  const { department, urgency, setting } = cell
  if (decision) rows.push({ ...(department ? { department } : {}), urgency, setting, decision: decision as Decision })
  return { ...policy, rows }
}

/** Every kind of slip and who answers it today; a click on a cell gives it a row of its own. */
export function AcceptanceMatrix({ matrix, policy, names, change }: Props) {
  const { t } = useTranslation()
  const lines = [...new Set(matrix.map((cell) => cell.department))]
  const nameOf = (code: string | undefined): string =>
    code ? `${code} · ${names.find((n) => n.code === code.slice(0, 3))?.name ?? ''}` : t('acceptance.otherDepartments')
  return (
    <Panel id="acceptance-matrix" title={t('acceptance.matrix')} flush>
      <table className={styles.matrix} aria-label={t('acceptance.matrix')}>
        <thead>
          <tr>
            <th scope="col">{t('acceptance.department')}</th>
            {COLUMNS.map(({ urgency, setting }) => (
              <th scope="col" key={urgency + setting}>
                {t(`acceptance.urgency.${urgency}`)} · {t(`acceptance.setting.${setting}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map((department) => (
            <tr key={department ?? ''}>
              <th scope="row">{nameOf(department)}</th>
              {COLUMNS.map(({ urgency, setting }) => {
                const cell = matrix.find((c) => c.department === department && c.urgency === urgency && c.setting === setting)
                if (!cell) return <td key={urgency + setting} />
                const own = policy.rows.find((row) => isOf(row, cell))
                const how = cell.row ? t('acceptance.row', { n: cell.row }) : t('acceptance.noRow')
                const label = `${nameOf(department)}, ${t(`acceptance.urgency.${urgency}`)}, ${t(`acceptance.setting.${setting}`)}`
                return (
                  <td key={urgency + setting} data-decision={cell.decision} data-own={own !== undefined || undefined}>
                    {change ? (
                      <NativeSelect
                        size="xs"
                        aria-label={label}
                        value={own?.decision ?? ''}
                        onChange={(event) => change(withCell(policy, cell, event.currentTarget.value))}
                        data={[
                          { value: '', label: own ? t('acceptance.byOthers') : `${t(`acceptance.decision.${cell.decision}`)} (${how})` },
                          ...DECISIONS.map((value) => ({ value, label: t(`acceptance.decision.${value}`) })),
                        ]}
                      />
                    ) : (
                      <>
                        <Badge tone={TONE[cell.decision]} title={t(`acceptance.decisionFull.${cell.decision}`)}>
                          {t(`acceptance.decision.${cell.decision}`)}
                        </Badge>{' '}
                        <span className="soft">{how}</span>
                      </>
                    )}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
      <p className={`soft ${styles.note}`}>{t('acceptance.statNote')}</p>
    </Panel>
  )
}
