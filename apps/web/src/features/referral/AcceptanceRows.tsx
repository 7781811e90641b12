import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { AcceptancePolicy, AcceptanceRow, Decision } from '../../data/contracts.ts'
import { day } from '../../ui/format.ts'
import { Panel } from '../../ui/Panel.tsx'
import styles from './acceptance.module.css'

interface Props {
  policy: AcceptancePolicy
  /** The same rows in the order in which they are asked. */
  ordered: readonly AcceptanceRow[]
  departments: readonly { code: string; name: string }[]
  /** Absent: only looked at. */
  change?(policy: AcceptancePolicy): void
}

const FIELDS = ['department', 'urgency', 'setting', 'decision', 'from', 'until'] as const
const same = (a: AcceptanceRow, b: AcceptanceRow): boolean => FIELDS.every((field) => (a[field] ?? '') === (b[field] ?? ''))

/** All rows with their days; the number is the place in which the row is asked, and stands in the story of each slip. */
export function AcceptanceRows({ policy, ordered, departments, change }: Props) {
  const { t } = useTranslation()
  const { rows } = policy
  const put = (at: number, more: Record<string, string>): void =>
    change?.({ ...policy, rows: rows.map((row, i) => (i === at ? (stripped({ ...row, ...more }) as AcceptanceRow) : row)) })
  const nameOf = (code: string): string => `${code} · ${departments.find((d) => d.code === code.slice(0, 3))?.name ?? ''}`
  const routed = policy.routes.map((r) => r.department).toSorted()
  const any = { value: '', label: t('acceptance.any') }
  const words = {
    urgency: (['routine', 'stat'] as const).map((value) => ({ value, label: t(`acceptance.urgency.${value}`) })),
    setting: (['outpatient', 'inpatient'] as const).map((value) => ({ value, label: t(`acceptance.setting.${value}`) })),
    decision: (['auto', 'desk', 'doctor'] as const).map((value) => ({ value, label: t(`acceptance.decision.${value}`) })),
  }
  const shown = change ? rows : ordered
  return (
    <Panel
      id="acceptance-rows"
      title={t('acceptance.rows')}
      count={rows.length}
      flush
      tools={
        change && (
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => change({ ...policy, rows: [...rows, { decision: 'desk' as Decision }] })}
          >
            {t('acceptance.addRow')}
          </Button>
        )
      }
    >
      <table className={styles.matrix} aria-label={t('acceptance.rows')}>
        <thead>
          <tr>
            <th scope="col">#</th>
            <th scope="col">{t('acceptance.department')}</th>
            <th scope="col">{t('acceptance.urgencyHead')}</th>
            <th scope="col">{t('acceptance.settingHead')}</th>
            <th scope="col">{t('acceptance.decides')}</th>
            <th scope="col">{t('acceptance.from')}</th>
            <th scope="col">{t('acceptance.until')}</th>
            {change && <th />}
          </tr>
        </thead>
        <tbody>
          {shown.map((row, i) => {
            const place = ordered.findIndex((one) => same(one, row)) + 1
            const choice = (field: 'urgency' | 'setting' | 'decision', label: string) =>
              change ? (
                <NativeSelect
                  size="xs"
                  aria-label={`${label} ${i + 1}`}
                  value={row[field] ?? ''}
                  data={field === 'decision' ? words.decision : [any, ...words[field]]}
                  onChange={(event) => put(i, { [field]: event.currentTarget.value })}
                />
              ) : (
                (words[field].find((w) => w.value === row[field])?.label ?? any.label)
              )
            const date = (field: 'from' | 'until', label: string) =>
              change ? (
                <TextInput
                  size="xs"
                  type="date"
                  aria-label={`${label} ${i + 1}`}
                  value={row[field] ?? ''}
                  onChange={(event) => put(i, { [field]: event.currentTarget.value })}
                />
              ) : (
                day(row[field])
              )
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: a row has no other name, and keeps its place while it is edited
              <tr key={i}>
                <td>{place || ''}</td>
                <td>
                  {change ? (
                    <NativeSelect
                      size="xs"
                      aria-label={`${t('acceptance.department')} ${i + 1}`}
                      value={row.department ?? ''}
                      data={[
                        { value: '', label: t('acceptance.allDepartments') },
                        ...routed.map((code) => ({ value: code, label: nameOf(code) })),
                      ]}
                      onChange={(event) => put(i, { department: event.currentTarget.value })}
                    />
                  ) : row.department ? (
                    nameOf(row.department)
                  ) : (
                    t('acceptance.allDepartments')
                  )}
                </td>
                <td>{choice('urgency', t('acceptance.urgencyHead'))}</td>
                <td>{choice('setting', t('acceptance.settingHead'))}</td>
                <td>{choice('decision', t('acceptance.decides'))}</td>
                <td>{date('from', t('acceptance.from'))}</td>
                <td>{date('until', t('acceptance.until'))}</td>
                {change && (
                  <td>
                    <Button
                      size="compact-xs"
                      variant="default"
                      aria-label={t('acceptance.removeRow', { n: i + 1 })}
                      onClick={() => change({ ...policy, rows: rows.filter((_, at) => at !== i) })}
                    >
                      ×
                    </Button>
                  </td>
                )}
              </tr>
            )
          })}
        </tbody>
      </table>
    </Panel>
  )
}

/** What is empty is not named. */
const stripped = (row: object): object => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== ''))
