import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ReceivedFile } from '../../data/contracts.ts'
import { say } from '../../text/index.ts'
import { Badge, type Tone } from '../../ui/Badge.tsx'
import styles from './insurance.module.css'

type Shown = ReceivedFile['state'] | 'part'
const TONE: { [shown in Shown]: Tone } = { waiting: 'grey', reading: 'blue', done: 'green', part: 'amber', refused: 'red', stopped: 'red' }

export const isOpen = (file: ReceivedFile): boolean => file.state === 'waiting' || file.state === 'reading'

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
      {file.trouble && (
        <span className="soft">
          {t('received.trouble')} <code>{file.trouble}</code>
        </span>
      )}
    </div>
  )
}

/** How far a file is, or what became of it, with its reports. `children`: what it is called, beside its state. */
export function FileFigures({ file, children }: { file: ReceivedFile; children?: ReactNode }) {
  const { t } = useTranslation()
  const shown = shownAs(file)
  const report = (format: string) => `/fhir/$received-file-report?id=${file.id}&format=${format}`
  return (
    <>
      <div className="row">
        <span data-state={shown}>
          <Badge tone={TONE[shown]}>{t(`received.${shown}`)}</Badge>
        </span>
        {children}
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
    </>
  )
}
