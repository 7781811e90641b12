import { Button, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ReceivedFile, ReceivedFilesAnswer } from '../../data/contracts.ts'
import { api } from '../../data/http.ts'
import { say } from '../../text/index.ts'
import { Badge, type Tone } from '../../ui/Badge.tsx'
import { shortWhen, when } from '../../ui/format.ts'
import { Failure, Loading, Nothing } from '../../ui/Notice.tsx'
import { Panel } from '../../ui/Panel.tsx'
import styles from './insurance.module.css'

type Shown = ReceivedFile['state'] | 'part'
const TONE: Record<Shown, Tone> = { waiting: 'grey', reading: 'blue', done: 'green', part: 'amber', refused: 'red', stopped: 'red' }
const isOpen = (file: ReceivedFile): boolean => file.state === 'waiting' || file.state === 'reading'
/** While a file is under way the list looks again this often. */
const LOOK_MS = 2000

function shownAs({ state, counts }: ReceivedFile): Shown {
  if (state !== 'done' || counts.refused === 0) return state
  return counts.created + counts.updated + counts.unchanged > 0 ? 'part' : 'refused'
}

function Progress({ file }: { file: ReceivedFile }) {
  const { t } = useTranslation()
  const words = file.total === undefined ? t('received.looking') : t('received.progress', { judged: file.judged, total: file.total })
  return (
    <div className="row" role="status">
      <progress
        className={styles.progress}
        max={file.total ?? 1}
        value={file.total === undefined ? undefined : file.judged}
        aria-label={file.name}
      />
      <span className="soft">{words}</span>
      {file.trouble && <code>{file.trouble}</code>}
    </div>
  )
}

function Row({ file }: { file: ReceivedFile }) {
  const { t } = useTranslation()
  const shown = shownAs(file)
  const report = (format: string) => `/fhir/$received-file-report?id=${file.id}&format=${format}`
  return (
    <li className={styles.record}>
      <div className="row">
        <span data-state={shown}>
          <Badge tone={TONE[shown]}>{t(`received.${shown}`)}</Badge>
        </span>
        <span className="strong">{file.name}</span>
        <span className="soft" title={when(file.receivedAt)}>
          {shortWhen(file.receivedAt)} · {t(`received.${file.cameBy}`)}
          {file.cameBy !== 'command' && `: ${file.folder ?? file.by}`}
          {file.layout === 'receipt' && ` · ${t('channels.receipt')}`}
          {file.times > 1 && ` · ${t('received.times', { n: file.times })}`}
        </span>
        <div className="grow" />
        {!isOpen(file) && (
          <>
            <a href={report('csv')}>{t('received.csv')}</a>
            <a href={report('json')} download={`${file.name}.ket-qua.json`}>
              {t('received.json')}
            </a>
          </>
        )}
      </div>
      {isOpen(file) ? <Progress file={file} /> : file.state !== 'refused' && <p className="soft">{t('received.counts', file.counts)}</p>}
      {file.counts.refused > 0 && <p>{t('received.fix')}</p>}
      {file.findings.slice(0, 3).map((f) => (
        <p key={`${f.code} ${f.path}`}>
          {say(f)} <span className="soft">{say(f.cure)}</span>
        </p>
      ))}
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
    refetchInterval: ({ state }) => (state.data?.rows.some(isOpen) ? LOOK_MS : false),
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
