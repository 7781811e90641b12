import { Button, SegmentedControl, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DepartmentTable } from '../../data/contracts.ts'
import type { DepartmentSearch } from '../../shell/router.tsx'
import { day, readDay } from '../../ui/format.ts'
import { IconBack, IconNext } from '../../ui/icons.ts'
import { neighbour } from './figures.ts'
import styles from './reporting.module.css'

interface Props {
  table: DepartmentTable
  go(search: DepartmentSearch): void
}

function Days({ table, go }: Props) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState({ from: day(table.from), until: day(table.until) })
  const [from, until] = [readDay(typed.from, table.counted), readDay(typed.until, table.counted)]
  const good = from !== undefined && until !== undefined && from <= until
  const show = (event: FormEvent): void => {
    event.preventDefault()
    if (good) go({ from, until })
  }
  return (
    <form className={styles.choice} onSubmit={show}>
      {(['from', 'until'] as const).map((end) => (
        <TextInput
          key={end}
          size="xs"
          className={styles.day}
          aria-label={t(`department.${end}`)}
          placeholder="dd/mm/yyyy"
          value={typed[end]}
          error={Boolean(typed[end]) && readDay(typed[end], table.counted) === undefined}
          onChange={(event) => setTyped({ ...typed, [end]: event.currentTarget.value })}
        />
      ))}
      <Button type="submit" size="compact-sm" variant="default" disabled={!good}>
        {t('department.show')}
      </Button>
    </form>
  )
}

/** Week, month or some days; arrows to the periods beside. A choice shows the figures of now; snapshots are chosen beside. */
export function PeriodChoice({ table, go }: Props) {
  const { t } = useTranslation()
  const { kind, from } = table
  const choose = (next: string): void => go(next === 'days' ? { from, until: table.until } : { kind: next, from })
  return (
    <div className={styles.choice}>
      <SegmentedControl
        size="xs"
        aria-label={t('department.period')}
        value={kind}
        onChange={choose}
        data={(['week', 'month', 'days'] as const).map((value) => ({ value, label: t(`department.${value}`) }))}
      />
      {kind === 'days' ? (
        <Days key={`${from}${table.until}`} table={table} go={go} />
      ) : (
        <>
          <Button
            size="compact-sm"
            variant="default"
            aria-label={t('department.previous')}
            title={t('department.previous')}
            onClick={() => go({ kind, from: neighbour(kind, from, -1) })}
          >
            <IconBack size={15} aria-hidden />
          </Button>
          <span className="strong nowrap">{t('department.range', { from: day(from), until: day(table.until) })}</span>
          <Button
            size="compact-sm"
            variant="default"
            aria-label={t('department.next')}
            title={t('department.next')}
            onClick={() => go({ kind, from: neighbour(kind, from, 1) })}
          >
            <IconNext size={15} aria-hidden />
          </Button>
        </>
      )}
    </div>
  )
}
