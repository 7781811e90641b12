/** The hub operator's view of who misbehaves: evidence, clocks, suspension with its appeal. */
import { Button, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ConductAnswer, ConductRow } from '../../data/contracts.ts'
import { api, post } from '../../data/http.ts'
import { Badge } from '../../ui/Badge.tsx'
import { when } from '../../ui/format.ts'
import { Empty, Failure, Loading } from '../../ui/Notice.tsx'
import { Panel } from '../../ui/Panel.tsx'
import ui from '../../ui/ui.module.css'

const KEY = ['conduct']
/** Smaller differences are travel time. */
const NOTABLE_SKEW_MS = 5_000
const SHORTEST = 10

type Act = 'suspend' | 'lift-suspension' | 'confirm-suspension'

function Decide({ row }: { row: ConductRow }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [reason, setReason] = useState('')
  const act = useMutation({
    mutationFn: (what: Act) => post<ConductAnswer>(`/fhir/Organization/$${what}`, { facility: row.facility, reason }),
    onSuccess: (answer) => {
      client.setQueryData(KEY, answer)
      setReason('')
    },
  })
  const ready = reason.trim().length >= SHORTEST && !act.isPending
  const waits = row.suspended?.appeals.some((a) => a.decision === null) === true
  return (
    <>
      <TextInput size="xs" label={t('conduct.reason')} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
      {row.suspended ? (
        <>
          <Button size="xs" disabled={!ready} onClick={() => act.mutate('lift-suspension')}>
            {t('conduct.lift')}
          </Button>{' '}
          {waits && (
            <Button size="xs" variant="default" disabled={!ready} onClick={() => act.mutate('confirm-suspension')}>
              {t('conduct.confirm')}
            </Button>
          )}
        </>
      ) : (
        <Button size="xs" variant="default" color="red" disabled={!ready} onClick={() => act.mutate('suspend')}>
          {t('conduct.suspend')}
        </Button>
      )}
      {act.error && <Failure error={act.error} />}
    </>
  )
}

function Facility({ row }: { row: ConductRow }) {
  const { t } = useTranslation()
  const { suspended } = row
  const skew = Math.round((row.skewMs ?? 0) / 1000)
  const past = row.story.filter((s) => s.liftedAt !== null).length
  return (
    <details open={suspended !== null} data-facility={row.facility}>
      <summary>
        <span className="strong">{row.name}</span> ({row.facility}){' '}
        <Badge tone={suspended ? 'red' : 'green'}>{t(suspended ? 'conduct.suspended' : 'conduct.good')}</Badge>{' '}
        {Math.abs(skew * 1000) > NOTABLE_SKEW_MS && (
          <Badge tone="amber">{`${t('conduct.skew')} ${t('conduct.seconds', { count: skew })}`}</Badge>
        )}
      </summary>
      <dl className={ui.facts}>
        {suspended && (
          <>
            <dt>{t('conduct.cause')}</dt>
            <dd>
              {suspended.automatic ? suspended.cause : `${t('conduct.manual')} · ${suspended.by}: ${suspended.reason}`} ·{' '}
              {t('conduct.since', { at: when(suspended.since) })}
            </dd>
          </>
        )}
        {suspended?.appeals.map((a) => (
          <div key={a.at} style={{ display: 'contents' }}>
            <dt>{t('conduct.appeal')}</dt>
            <dd>
              {when(a.at)} · {a.by}: {a.text}
              {a.decision && <div>{t('conduct.decided', { by: a.decidedBy ?? '', reason: a.decisionReason ?? '' })}</div>}
            </dd>
          </div>
        ))}
        {row.misdeeds.length > 0 && <dt>{t('conduct.evidence')}</dt>}
        {row.misdeeds.length > 0 && <dd>{row.misdeeds.map((m) => `${m.kind}: ${t('conduct.times', { count: m.count })}`).join(' · ')}</dd>}
      </dl>
      {past > 0 && <p className="soft">{t('conduct.before', { count: past })}</p>}
      <Decide row={row} />
    </details>
  )
}

export function Conduct() {
  const { t } = useTranslation()
  const conduct = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => api<ConductAnswer>('/fhir/Organization/$conduct', { signal }),
    refetchInterval: 15_000,
  })
  const rows = conduct.data?.rows ?? []
  return (
    <Panel id="conduct" title={t('conduct.title')} count={rows.filter((r) => r.suspended).length}>
      {conduct.isPending && <Loading lines={3} />}
      {conduct.error && <Failure error={conduct.error} retry={() => void conduct.refetch()} />}
      {conduct.data && rows.length === 0 && <Empty title={t('conduct.nobody')} />}
      {rows.map((row) => (
        <Facility key={row.facility} row={row} />
      ))}
    </Panel>
  )
}
