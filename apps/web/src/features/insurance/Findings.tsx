import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { FindingView } from '../../data/contracts.ts'
import { say } from '../../text/index.ts'
import { Badge, type Tone } from '../../ui/Badge.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { place } from './upload.ts'

const TONE: Record<FindingView['severity'], Tone> = { fatal: 'alarm', error: 'red', warning: 'amber', information: 'blue' }

/** Where something is has columns of its own: the sentence without saying it again, and what the field is called. */
function told(finding: FindingView): { text: string; label: string } {
  const words = say(finding)
  const found = /^XML\d+, \p{L}+ \d+, \w+(?: \(([^()]+)\))?: (.+)$/su.exec(words)
  if (!found?.[2]) return { text: words, label: '' }
  return { text: `${found[2].charAt(0).toLocaleUpperCase('vi')}${found[2].slice(1)}`, label: found[1] ?? '' }
}

/** Findings of a claim record: where, by which rule, what, and how to mend it. `counts`: in how many records, where each stands for its kind. */
export function ClaimFindings({
  findings,
  label,
  counts,
}: {
  findings: readonly FindingView[]
  label: string
  counts?: readonly number[]
}) {
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
      {
        id: 'field',
        header: t('claim.field'),
        width: 170,
        cell: (f) => (
          <>
            <span className="strong">{place(f.path).field}</span>
            {told(f).label && <div className="soft">{told(f).label}</div>}
          </>
        ),
      },
      ...(counts
        ? [
            {
              id: 'count',
              header: t('received.inRecords'),
              width: 76,
              numeric: true,
              cell: (f: FindingView) => counts[findings.indexOf(f)],
            },
          ]
        : []),
      { id: 'problem', header: t('claim.problem'), cell: (f) => told(f).text },
      { id: 'cure', header: t('claim.cure'), width: '28%', cell: (f) => say(f.cure) },
      { id: 'rule', header: t('claim.rule'), width: 176, cell: (f) => <code style={{ overflowWrap: 'anywhere' }}>{f.code}</code> },
    ],
    [t, counts, findings],
  )
  return <DataTable label={label} rows={findings} columns={columns} wrap rowKey={(f) => `${f.code} ${f.path} ${f.vi}`} />
}
