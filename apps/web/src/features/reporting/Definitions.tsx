import { useTranslation } from 'react-i18next'
import type { Definition } from '../../data/contracts.ts'
import { say } from '../../text/index.ts'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { Panel } from '../../ui/Panel.tsx'

/** What each number says: the same words as on the second sheet of the workbook. */
export function Definitions({ definitions }: { definitions: readonly Definition[] }) {
  const { t } = useTranslation()
  const columns: Column<Definition>[] = [
    { id: 'name', header: t('department.figure'), width: 170, cell: (d) => <span className="strong">{say(d.name)}</span> },
    { id: 'counted', header: t('department.counted'), cell: (d) => say(d.counted) },
    { id: 'source', header: t('department.source'), width: '27%', cell: (d) => say(d.source) },
    { id: 'until', header: t('department.untilWhen'), width: '17%', cell: (d) => say(d.until) },
  ]
  return (
    <Panel flush id="definitions" title={t('department.definitions')}>
      <DataTable wrap label={t('department.definitions')} rows={definitions} columns={columns} rowKey={(d) => d.id} />
    </Panel>
  )
}
