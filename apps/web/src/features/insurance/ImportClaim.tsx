import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type DragEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ImportAnswer } from '../../data/contracts.ts'
import '../../text/pages/files.ts'
import { IconUpload } from '../../ui/icons.ts'
import { Failure } from '../../ui/Notice.tsx'
import { PageHead, Panel } from '../../ui/Panel.tsx'
import { ClaimFindings } from './Findings.tsx'
import styles from './insurance.module.css'
import { ReceivedFiles } from './ReceivedFiles.tsx'
import { Record } from './Record.tsx'
import { TakenWithIssues } from './Taken.tsx'
import { UnderWay } from './UnderWay.tsx'
import { type Uploaded, uploadClaim } from './upload.ts'
import { WatchedFolders } from './WatchedFolders.tsx'

function Answer({ answer }: { answer: ImportAnswer }) {
  const { t } = useTranslation()
  const note = [
    answer.file.name,
    answer.file.layout === 'receipt' ? t('channels.receipt') : t('claim.layout', { layout: answer.file.layout }),
    t('claim.facility', { code: answer.file.facility }),
  ]
  return (
    <Panel
      flush
      id="import-result"
      title={t('claim.results')}
      count={answer.records.length}
      tools={<span className="soft">{note.filter(Boolean).join(' · ')}</span>}
    >
      {answer.findings.length > 0 && <ClaimFindings findings={answer.findings} label={t('claim.findings')} />}
      <ul>
        {answer.records.map((record) => (
          <Record key={record.maLk} record={record} />
        ))}
      </ul>
    </Panel>
  )
}

interface Job {
  name: string
  percent: number
  done?: Uploaded
  error?: unknown
}

/** Upload of claim files: what the hospital's own system already wrote, nothing typed again. */
export default function ImportClaim() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const picker = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const [job, setJob] = useState<Job>()
  const busy = job !== undefined && !job.done && job.error === undefined

  const send = async (file: File | undefined): Promise<void> => {
    if (!file || busy) return
    setJob({ name: file.name, percent: 0 })
    try {
      const done = await uploadClaim(file, (percent) => setJob({ name: file.name, percent }))
      setJob({ name: file.name, percent: 100, done })
      await client.invalidateQueries()
    } catch (error) {
      setJob({ name: file.name, percent: 0, error })
    }
    if (picker.current) picker.current.value = ''
  }
  const drop = (event: DragEvent): void => {
    event.preventDefault()
    setOver(false)
    void send(event.dataTransfer.files[0])
  }
  return (
    <>
      <PageHead title={t('claim.title')} note={t('claim.lead')} />
      <Panel>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button below is the first */}
        <div
          className={styles.drop}
          data-over={over || undefined}
          data-again={job !== undefined || undefined}
          onDragOver={(event) => {
            event.preventDefault()
            setOver(true)
          }}
          onDragLeave={() => setOver(false)}
          onDrop={drop}
        >
          <IconUpload size={26} color="#0a7a58" aria-hidden />
          <strong>{t('claim.drop')}</strong>
          <Button loading={busy} onClick={() => picker.current?.click()}>
            {t(job ? 'claim.another' : 'claim.pick')}
          </Button>
          <input
            ref={picker}
            type="file"
            accept=".xml,text/xml,application/xml,.txt,.json,application/json"
            className="hidden-text"
            tabIndex={-1}
            aria-label={t('claim.file')}
            onChange={(event) => void send(event.currentTarget.files?.[0])}
          />
          <span className="soft">{t('claim.limits')}</span>
          {busy && (
            <div role="status" className="stack">
              <progress className={styles.progress} max={100} value={job.percent < 100 ? job.percent : undefined} aria-label={job.name} />
              {job.name}: {job.percent < 100 ? t('claim.sending', { percent: job.percent }) : t('claim.working')}
            </div>
          )}
        </div>
      </Panel>
      <div aria-live="polite" className="stack">
        {job?.error !== undefined && <Failure error={job.error} title={`${t('claim.failed')}: ${job.name}`} />}
        {job?.done && 'answer' in job.done && <Answer answer={job.done.answer} />}
        {job?.done && 'taken' in job.done && <UnderWay id={job.done.taken.id} name={job.name} />}
      </div>
      <WatchedFolders />
      <TakenWithIssues />
      <ReceivedFiles />
    </>
  )
}
