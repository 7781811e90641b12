import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { ReceivedFilesAnswer, WatchedFolderView } from '../../data/contracts.ts'
import { api } from '../../data/http.ts'
import { say } from '../../text/index.ts'
import { Badge, type Tone } from '../../ui/Badge.tsx'
import { shortWhen, when } from '../../ui/format.ts'
import { Panel } from '../../ui/Panel.tsx'
import styles from './insurance.module.css'

type Standing = 'silent' | 'trouble' | 'waits' | 'well'
const TONE: { [standing in Standing]: Tone } = { silent: 'red', trouble: 'red', waits: 'amber', well: 'green' }
/** A file that has waited so long is worth a look. */
const LONG_MS = 10 * 60_000
const LOOK_MS = 30_000

function standingOf(folder: WatchedFolderView): Standing {
  if (folder.silent) return 'silent'
  if (folder.trouble) return 'trouble'
  return folder.oldestAt && Date.parse(folder.seenAt) - Date.parse(folder.oldestAt) > LONG_MS ? 'waits' : 'well'
}

function Row({ folder }: { folder: WatchedFolderView }) {
  const { t } = useTranslation()
  const standing = standingOf(folder)
  return (
    <li className={styles.record}>
      <div className="row">
        <span data-state={standing}>
          <Badge tone={TONE[standing]}>{t(`folders.${standing}`)}</Badge>
        </span>
        <code className="strong">{folder.folder}</code>
        <span className="soft">
          {folder.by} · {t('folders.host', { host: folder.host })}
        </span>
        <div className="grow" />
        <span title={when(folder.lookedAt ?? folder.seenAt)}>
          {t('folders.looked', { at: shortWhen(folder.lookedAt ?? folder.seenAt) })}
        </span>
        <span className={folder.waiting > 0 ? 'strong' : 'soft'}>
          {folder.waiting > 0 ? t('folders.waiting', { n: folder.waiting }) : t('folders.none')}
          {folder.oldestAt && ` · ${t('folders.oldest', { at: shortWhen(folder.oldestAt) })}`}
        </span>
      </div>
      {folder.trouble && (
        <p>
          {t('folders.cannot', { at: shortWhen(folder.since) })}{' '}
          {folder.why && (
            <>
              {say(folder.why)} <span className="soft">{say(folder.why.cure)}</span>{' '}
            </>
          )}
          <code>{folder.trouble}</code>
        </p>
      )}
      {folder.silent && <p>{t('folders.silentHint')}</p>}
    </li>
  )
}

/** The folders the HIS drops its files into, as the programs beside them last told. */
export function WatchedFolders() {
  const { t } = useTranslation()
  const { data } = useQuery({
    queryKey: ['received-files', 'folders'],
    queryFn: ({ signal }) => api<ReceivedFilesAnswer>('/fhir/$received-files?q=', { signal }),
    refetchInterval: LOOK_MS,
  })
  if (!data || data.folders.length === 0) return null
  return (
    <Panel flush id="watched-folders" title={t('folders.title')} count={data.folders.length}>
      <ul>
        {data.folders.map((folder) => (
          <Row key={`${folder.by} ${folder.host} ${folder.folder}`} folder={folder} />
        ))}
      </ul>
    </Panel>
  )
}
