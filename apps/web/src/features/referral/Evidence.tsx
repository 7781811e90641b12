import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { EvidenceRow } from '../../data/contracts.ts'
import { api } from '../../data/http.ts'
import { when } from '../../ui/format.ts'
import { Failure, Loading, Nothing } from '../../ui/Notice.tsx'
import { Panel } from '../../ui/Panel.tsx'

/** Papers written for the wrong person: in no chart, kept as they were. For the auditor. */
export function Evidence() {
  const { t } = useTranslation()
  const answer = useQuery({
    queryKey: ['evidence'],
    queryFn: ({ signal }) => api<{ rows: EvidenceRow[] }>('/fhir/Task/$evidence', { signal }),
  })
  const rows = answer.data?.rows ?? []
  return (
    <Panel id="evidence" title={t('evidence.title')} count={rows.length}>
      {answer.isPending && <Loading lines={2} />}
      {answer.error && <Failure error={answer.error} retry={() => void answer.refetch()} />}
      {answer.data && rows.length === 0 && <Nothing>{t('evidence.none')}</Nothing>}
      <ul className="stack">
        {rows.map((row) => (
          <li key={row.id}>
            <div>
              <span className="strong">{row.number}</span> · {row.person} · {row.from.name} → {row.to.name}
            </div>
            <div className="soft">
              {when(row.at)} · {row.by} · {row.reason}
            </div>
            <div className="row" style={{ gap: 12 }}>
              {row.documents.map((paper) => (
                <a
                  key={paper.id}
                  href={`/fhir/Task/${row.id}/$evidence?document=${paper.id}`}
                  target="_blank"
                  rel="noreferrer"
                  style={{ textDecoration: 'underline' }}
                >
                  {paper.title} {paper.number}
                </a>
              ))}
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
