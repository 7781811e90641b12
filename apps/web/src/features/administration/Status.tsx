import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api } from '../../data/http.ts'
import { Badge } from '../../ui/Badge.tsx'
import { count, when } from '../../ui/format.ts'
import { Failure, Loading } from '../../ui/Notice.tsx'
import { PageHead, Panel } from '../../ui/Panel.tsx'
import ui from '../../ui/ui.module.css'
import { Standing } from '../exchange/Standing.tsx'

interface SiteStatus {
  name: string
  role: string
  environment: string
  facility: { code: string; name: string }
  version: string
  uptimeSeconds: number
  time: string
  log: string
  database: { bytes: number; users: number; sessions: number }
  memoryBytes: number
  outbox?: { pending: number; refused: number; oldest: string | null }
  signing?: { open: number; signing: number; failed: number }
}

const megabytes = (bytes: number): string => `${count(Math.round(bytes / 1_048_576))} MB`

function Health({ good, text }: { good: boolean; text: string }) {
  return (
    <span data-state={good ? 'valid' : 'invalid'}>
      <Badge tone={good ? 'green' : 'amber'}>{text}</Badge>
    </span>
  )
}

function Facts({ lines }: { lines: readonly (readonly [string, React.ReactNode])[] }) {
  return (
    <dl className={ui.facts}>
      {lines.map(([label, value]) => (
        <div key={label} style={{ display: 'contents' }}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** How this site is doing: no patient, no content. */
export default function Status() {
  const { t } = useTranslation()
  const status = useQuery({
    queryKey: ['site-status'],
    queryFn: ({ signal }) => api<SiteStatus>('/fhir/$site-status', { signal }),
    refetchInterval: 15_000,
  })
  if (status.isPending) return <Loading />
  if (status.error) return <Failure error={status.error} retry={() => void status.refetch()} />
  const s = status.data
  const hours = Math.floor(s.uptimeSeconds / 3600)
  const minutes = Math.floor((s.uptimeSeconds % 3600) / 60)
  return (
    <>
      <PageHead title={t('status.title')} note={when(s.time)} />
      <Panel id="site" title={t('status.site')}>
        <Facts
          lines={[
            [t('exchange.facility'), `${s.facility.name} (${s.facility.code})`],
            [t('status.environment'), s.environment],
            [t('status.version'), s.version],
            [t('status.uptime'), t('status.hours', { hours, minutes })],
            [t('status.memory'), megabytes(s.memoryBytes)],
            [t('status.database'), megabytes(s.database.bytes)],
            [t('status.people'), t('status.peopleText', { users: count(s.database.users), sessions: count(s.database.sessions) })],
            [t('status.log'), s.log],
          ]}
        />
      </Panel>
      {s.outbox && (
        <Panel
          id="outbox"
          title={t('status.outbox')}
          tools={<Health good={s.outbox.refused === 0} text={t(s.outbox.refused === 0 ? 'status.ok' : 'status.bad')} />}
        >
          <Facts
            lines={[
              [t('status.pending'), count(s.outbox.pending)],
              [t('status.oldest'), s.outbox.oldest ? when(s.outbox.oldest) : '—'],
              [t('exchange.refused'), count(s.outbox.refused)],
            ]}
          />
        </Panel>
      )}
      {s.signing && (
        <Panel
          id="signing"
          title={t('status.signing')}
          tools={<Health good={s.signing.failed === 0} text={t(s.signing.failed === 0 ? 'status.ok' : 'status.bad')} />}
        >
          <Facts
            lines={[
              [t('signing.open'), count(s.signing.open)],
              [t('signing.signing'), count(s.signing.signing)],
              [t('signing.failed'), count(s.signing.failed)],
            ]}
          />
        </Panel>
      )}
      {s.role === 'facility' && <Standing />}
    </>
  )
}
