import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type DragEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ImportAnswer, ImportedRecord } from '../../data/contracts.ts'
import { Badge, type Tone } from '../../ui/Badge.tsx'
import { IconUpload } from '../../ui/icons.ts'
import { Failure } from '../../ui/Notice.tsx'
import { PageHead, Panel } from '../../ui/Panel.tsx'
import { ClaimFindings } from './Findings.tsx'
import styles from './insurance.module.css'
import { ReceivedFiles } from './ReceivedFiles.tsx'
import { TakenWithIssues } from './Taken.tsx'
import { UndoRecord } from './UndoRecord.tsx'
import { uploadClaim } from './upload.ts'

const TONE: Record<ImportedRecord['result'], Tone> = { created: 'green', updated: 'blue', unchanged: 'grey', refused: 'red' }

function Record({ record }: { record: ImportedRecord }) {
  const { t } = useTranslation()
  const { created, updated, unchanged, removed } = record.resources
  return (
    <li className={styles.record}>
      <div className="row">
        <span data-state={record.result}>
          <Badge tone={TONE[record.result]}>{t(`claim.${record.result}`)}</Badge>
        </span>
        <span className="strong">{record.patient?.name ?? record.maLk}</span>
        <span className="soft">
          {record.patient?.mrn && `${record.patient.mrn} · `}
          {t('claim.record')} {record.maLk}
        </span>
        {record.result !== 'refused' && (
          <span className="soft">
            {t('claim.writtenText', { created, updated, unchanged })}
            {removed > 0 && t('claim.removed', { n: removed })}
          </span>
        )}
        <div className="grow" />
        {record.patient && (
          <Link to="/patients/$id" params={{ id: record.patient.id }}>
            {t('claim.openChart')}
          </Link>
        )}
        {record.result !== 'refused' && <UndoRecord record={record.maLk} />}
        {record.referral && (
          <Link to="/tray/$id" params={{ id: record.referral.id }}>
            {t('claim.openTray')} · {record.referral.number}
          </Link>
        )}
      </div>
      {record.result === 'refused' && <p className="soft">{t('claim.refusedHint')}</p>}
      {record.findings.length > 0 && (
        <div className={styles.findings}>
          <ClaimFindings findings={record.findings} label={`${t('claim.findings')} ${record.maLk}`} />
        </div>
      )}
    </li>
  )
}

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
  answer?: ImportAnswer
  error?: unknown
}

/** Upload of claim files: what the hospital's own system already wrote, nothing typed again. */
export default function ImportClaim() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const picker = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const [job, setJob] = useState<Job>()
  const busy = job !== undefined && !job.answer && job.error === undefined

  const send = async (file: File | undefined): Promise<void> => {
    if (!file || busy) return
    setJob({ name: file.name, percent: 0 })
    try {
      const answer = await uploadClaim(file, (percent) => setJob({ name: file.name, percent }))
      setJob({ name: file.name, percent: 100, answer })
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
        {job?.answer && <Answer answer={job.answer} />}
      </div>
      <TakenWithIssues />
      <ReceivedFiles />
    </>
  )
}
