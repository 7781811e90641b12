import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ClaimIssuesAnswer } from '../../data/contracts.ts'
import { api } from '../../data/http.ts'
import { Badge } from '../../ui/Badge.tsx'
import { shortWhen, when } from '../../ui/format.ts'
import { Failure, Loading, Nothing } from '../../ui/Notice.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { ClaimFindings } from './Findings.tsx'
import styles from './insurance.module.css'
import { UndoRecord } from './UndoRecord.tsx'

function Row({ row }: { row: ClaimIssuesAnswer['rows'][number] }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  return (
    <li className={styles.record}>
      <div className="row">
        <Badge tone="amber">{t('issues.count', { n: row.findings.length })}</Badge>
        <span className="strong">
          {t('claim.record')} {row.maLk}
        </span>
        <span className="soft" title={when(row.at)}>
          {shortWhen(row.at)}
        </span>
        <div className="grow" />
        <Link to="/patients/$id" params={{ id: row.patient }}>
          {t('claim.openChart')}
        </Link>
        <UndoRecord record={row.maLk} />
        <Button size="compact-xs" variant="default" aria-expanded={open} onClick={() => setOpen(!open)}>
          {t(open ? 'issues.hide' : 'issues.show')}
        </Button>
      </div>
      {open && (
        <div className={styles.findings}>
          <ClaimFindings findings={row.findings} label={`${t('issues.title')} ${row.maLk}`} />
        </div>
      )}
    </li>
  )
}

/** Records that were taken although something about them is odd: here until they come again without it. */
export function TakenWithIssues() {
  const { t } = useTranslation()
  const taken = useQuery({
    queryKey: ['claim-issues'],
    queryFn: ({ signal }) => api<ClaimIssuesAnswer>('/fhir/$claim-issues', { signal }),
  })
  return (
    <Panel flush id="taken-with-issues" title={t('claim.taken')} count={taken.data?.rows.length ?? 0}>
      {taken.isPending && <Loading lines={3} />}
      {taken.isError && <Failure error={taken.error} retry={() => void taken.refetch()} />}
      {taken.data?.rows.length === 0 && <Nothing>{t('claim.takenNone')}</Nothing>}
      <ul>
        {taken.data?.rows.map((row) => (
          <Row key={row.maLk} row={row} />
        ))}
      </ul>
    </Panel>
  )
}
