import { Button, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ReceivedFile, ReceivedFilesAnswer } from '../../data/contracts.ts'
import { api } from '../../data/http.ts'
import { shortWhen, when } from '../../ui/format.ts'
import { Failure, Loading, Nothing } from '../../ui/Notice.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { FileFigures, isOpen } from './FileFigures.tsx'
import styles from './insurance.module.css'

/** While a file is under way the list looks again this often; else for what folders and others hand in. */
const LOOK_MS = 2000
const IDLE_LOOK_MS = 30_000

function Row({ file }: { file: ReceivedFile }) {
  const { t } = useTranslation()
  return (
    <li className={styles.record}>
      <FileFigures file={file}>
        <span className="strong">{file.name}</span>
        <span className="soft" title={when(file.receivedAt)}>
          {shortWhen(file.receivedAt)} · {t(`received.${file.cameBy}`)}
          {file.cameBy !== 'command' && `: ${file.folder ?? file.by}`}
          {file.layout === 'receipt' && ` · ${t('channels.receipt')}`}
          {file.times > 1 && ` · ${t('received.times', { n: file.times })}`}
        </span>
      </FileFigures>
    </li>
  )
}

/** Every file that came, from the desk, a program or a folder: how far it is, what became of it, its report. */
export function ReceivedFiles() {
  const { t } = useTranslation()
  const [q, setQ] = useState('')
  const [before, setBefore] = useState('')
  const asked = new URLSearchParams({ q, ...(before ? { before } : {}) }).toString()
  const files = useQuery({
    queryKey: ['received-files', asked],
    queryFn: ({ signal }) => api<ReceivedFilesAnswer>(`/fhir/$received-files?${asked}`, { signal }),
    placeholderData: (last) => last,
    refetchInterval: ({ state }) => (state.data?.rows.some(isOpen) ? LOOK_MS : IDLE_LOOK_MS),
  })
  const next = files.data?.next
  return (
    <Panel
      flush
      id="received-files"
      title={t('received.title')}
      tools={
        <TextInput
          size="xs"
          type="search"
          aria-label={t('received.search')}
          placeholder={t('received.search')}
          value={q}
          onChange={(event) => {
            setQ(event.currentTarget.value)
            setBefore('')
          }}
        />
      }
    >
      {files.isPending && <Loading lines={3} />}
      {files.isError && <Failure error={files.error} retry={() => void files.refetch()} />}
      {files.data?.rows.length === 0 && <Nothing>{t('received.none')}</Nothing>}
      <ul>
        {files.data?.rows.map((file) => (
          <Row key={file.id} file={file} />
        ))}
      </ul>
      <div className="row">
        {before !== '' && (
          <Button size="compact-xs" variant="default" onClick={() => setBefore('')}>
            {t('received.newest')}
          </Button>
        )}
        {next && (
          <Button size="compact-xs" variant="default" onClick={() => setBefore(next)}>
            {t('received.older')}
          </Button>
        )}
      </div>
    </Panel>
  )
}
