import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { ImportedRecord } from '../../data/contracts.ts'
import { Badge, type Tone } from '../../ui/Badge.tsx'
import { ClaimFindings } from './Findings.tsx'
import styles from './insurance.module.css'
import { UndoRecord } from './UndoRecord.tsx'

/** A record of an answer names its patient, one of a report does not. */
type Shown = Omit<ImportedRecord, 'patient'> & { patient?: Partial<NonNullable<ImportedRecord['patient']>> }

const TONE: { [result in ImportedRecord['result']]: Tone } = { created: 'green', updated: 'blue', unchanged: 'grey', refused: 'red' }

/** What became of one record: what it wrote, where it leads, what is wrong with it. */
export function Record({ record }: { record: Shown }) {
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
        {record.patient?.id && (
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
