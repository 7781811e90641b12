import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AcceptancePolicy, DiagnosisRoute } from '../../data/contracts.ts'
import { anyWords } from '../../ui/choice.ts'
import { Panel } from '../../ui/Panel.tsx'
import { Select } from '../../ui/Select.ts'
import styles from './acceptance.module.css'

interface Props {
  policy: AcceptancePolicy
  departments: readonly { code: string; name: string }[]
  suggested: readonly DiagnosisRoute[]
  /** Absent: only looked at. */
  change?(policy: AcceptancePolicy): void
}

const listed = (text: string): string[] =>
  text
    .split(/[\s,;]+/)
    .map((one) => one.trim().toUpperCase())
    .filter(Boolean)

/** Which department takes which main diagnosis: a slip names no department of its receiver. */
export function AcceptanceRoutes({ policy, departments, suggested, change }: Props) {
  const { t } = useTranslation()
  const routes = policy.routes.toSorted((a, b) => a.department.localeCompare(b.department))
  const put = (department: string, diagnoses: readonly string[]): void => {
    const others = policy.routes.filter((r) => r.department !== department)
    const rows = diagnoses.length > 0 ? policy.rows : policy.rows.filter((r) => r.department !== department)
    change?.({ rows, routes: diagnoses.length > 0 ? [...others, { department, diagnoses: [...diagnoses] }] : others })
  }
  const nameOf = (code: string): string => `${code} · ${departments.find((d) => d.code === code.slice(0, 3))?.name ?? ''}`
  const free = departments.filter((d) => !routes.some((r) => r.department === d.code))
  return (
    <Panel
      id="acceptance-routes"
      title={t('acceptance.diagnoses')}
      count={routes.length}
      tools={
        change &&
        routes.length === 0 && (
          <Button size="compact-sm" variant="default" onClick={() => change({ ...policy, routes: [...suggested] })}>
            {t('acceptance.suggest')}
          </Button>
        )
      }
    >
      {routes.length === 0 && <p className="soft">{t('acceptance.noRoutes')}</p>}
      <div className={styles.routes}>
        {routes.map(({ department, diagnoses }) => (
          <div key={department} className="row" style={{ flexWrap: 'nowrap' }}>
            <span className={styles.department}>{nameOf(department)}</span>
            {change ? (
              <Codes label={nameOf(department)} codes={diagnoses} done={(codes) => put(department, codes)} />
            ) : (
              <span className="strong">{diagnoses.join(', ')}</span>
            )}
          </div>
        ))}
      </div>
      {change && (
        <Select
          size="xs"
          w={320}
          mt={8}
          searchable
          filter={anyWords}
          placeholder={t('acceptance.addDepartment')}
          aria-label={t('acceptance.addDepartment')}
          value={null}
          data={free.map((d) => ({ value: d.code, label: nameOf(d.code) }))}
          onChange={(code) => code && put(code, suggested.find((s) => s.department === code)?.diagnoses ?? ['Z'])}
        />
      )}
    </Panel>
  )
}

/** Codes as a person types them; told when the field is left, so that nothing changes under the finger. */
function Codes({ label, codes, done }: { label: string; codes: readonly string[]; done(codes: string[]): void }) {
  const { t } = useTranslation()
  const [text, setText] = useState(codes.join(', '))
  return (
    <TextInput
      size="xs"
      style={{ flex: 1 }}
      aria-label={`${t('acceptance.diagnoses')}: ${label}`}
      placeholder={t('acceptance.diagnosesHint')}
      title={t('acceptance.diagnosesHint')}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => done(listed(text))}
    />
  )
}
