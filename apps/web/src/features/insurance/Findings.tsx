import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { FindingView } from '../../data/contracts.ts'
import { say } from '../../text/index.ts'
import { Badge, type Tone } from '../../ui/Badge.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { place } from './upload.ts'

const TONE: Record<FindingView['severity'], Tone> = { fatal: 'alarm', error: 'red', warning: 'amber', information: 'blue' }

/** Findings of a claim record: where, by which rule, what, and how to mend it. */
export function ClaimFindings({ findings, label }: { findings: readonly FindingView[]; label: string }) {
  const { t } = useTranslation()
  const columns = useMemo<Column<FindingView>[]>(
    () => [
      {
        id: 'severity',
        header: t('claim.severity'),
        width: 84,
        cell: (f) => <Badge tone={TONE[f.severity]}>{t(`severity.${f.severity}`)}</Badge>,
      },
      { id: 'table', header: t('claim.table'), width: 62, value: (f) => place(f.path).table, cell: (f) => place(f.path).table },
      { id: 'row', header: t('claim.row'), width: 50, numeric: true, cell: (f) => place(f.path).row },
      { id: 'field', header: t('claim.field'), width: 150, cell: (f) => <span className="strong">{place(f.path).field}</span> },
      { id: 'problem', header: t('claim.problem'), cell: (f) => say(f) },
      { id: 'cure', header: t('claim.cure'), cell: (f) => say(f.cure) },
      { id: 'rule', header: t('claim.rule'), width: 190, cell: (f) => <code>{f.code}</code> },
    ],
    [t],
  )
  return <DataTable label={label} rows={findings} columns={columns} wrap rowKey={(f) => `${f.code} ${f.path} ${f.vi}`} />
}
