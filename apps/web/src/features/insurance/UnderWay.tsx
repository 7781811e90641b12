import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { ReceivedFile, ReceivedFileAnswer } from '../../data/contracts.ts'
import { api } from '../../data/http.ts'
import { Failure, Loading } from '../../ui/Notice.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { FileFigures, isOpen } from './FileFigures.tsx'
import { ClaimFindings } from './Findings.tsx'
import styles from './insurance.module.css'
import { Record } from './Record.tsx'

const LOOK_MS = 1000

const ask = (query: string, signal: AbortSignal) => api<ReceivedFileAnswer>(`/fhir/$received-file?${query}`, { signal })

/** One's own large file: how far it is while the site judges it, then what became of it. */
export function UnderWay({ id, name }: { id: string; name: string }) {
  const { t } = useTranslation()
  const file = useQuery({
    queryKey: ['received-file', id],
    queryFn: ({ signal }) => ask(`id=${id}`, signal),
    refetchInterval: ({ state }) => (!state.data || isOpen(state.data.file) ? LOOK_MS : false),
  })
  return (
    <Panel flush id="import-result" title={t('claim.results')} tools={<span className="soft">{name}</span>}>
      {file.isPending && <Loading lines={1} />}
      {file.isError && <Failure error={file.error} retry={() => void file.refetch()} />}
      {file.data && (
        <div className={styles.record}>
          <FileFigures file={file.data.file} />
        </div>
      )}
      {file.data && !isOpen(file.data.file) && <Judged file={file.data.file} />}
    </Panel>
  )
}

/** The findings by kind, and the records a person must look at. */
function Judged({ file }: { file: ReceivedFile }) {
  const { t } = useTranslation()
  const refused = useQuery({
    queryKey: ['received-file', file.id, 'refused'],
    queryFn: ({ signal }) => ask(`id=${file.id}&result=refused`, signal),
  })
  const kinds = refused.data?.kinds ?? []
  return (
    <>
      {refused.isError && <Failure error={refused.error} retry={() => void refused.refetch()} />}
      {kinds.length > 0 && (
        <>
          <p className={styles.note}>{t('received.kinds', { n: kinds.length })}</p>
          <ClaimFindings findings={kinds.map((k) => k.finding)} counts={kinds.map((k) => k.records)} label={t('claim.findings')} />
        </>
      )}
      {(refused.data?.records.length ?? 0) > 0 && (
        <p className={styles.note}>{t('received.refusedFirst', { n: refused.data?.records.length ?? 0 })}</p>
      )}
      <ul>
        {refused.data?.records.flatMap((record) =>
          record.result === 'empty' ? [] : [<Record key={record.at} record={{ ...record, result: record.result }} />],
        )}
      </ul>
    </>
  )
}
