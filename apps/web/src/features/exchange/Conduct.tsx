/** The hub operator's view of who misbehaves: evidence, clocks, suspension with its appeal. */
import { Button, Textarea } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ConductAnswer, ConductRow, Suspension } from '../../data/contracts.ts'
import { api, post } from '../../data/http.ts'
import { Badge } from '../../ui/Badge.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { shortWhen, when } from '../../ui/format.ts'
import { Empty, Failure, Loading } from '../../ui/Notice.tsx'
import { done } from '../../ui/notify.ts'
import { Panel } from '../../ui/Panel.tsx'
import ui from '../../ui/ui.module.css'
import '../../text/pages/conduct.ts'

const KEY = ['conduct']
/** Smaller differences are travel time. */
const NOTABLE_SKEW_MS = 5_000
const SHORTEST = 10

type Act = 'suspend' | 'lift-suspension' | 'confirm-suspension'

/** What a kind of misdeed is called; a new one shows its code. */
export function useKind(): (kind: string) => string {
  const { t, i18n } = useTranslation()
  return (kind) => (i18n.exists(`conduct.kinds.${kind}`) ? t(`conduct.kinds.${kind}` as 'conduct.kinds.flood') : kind)
}

function Decide({ row, close }: { row: ConductRow; close(): void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [reason, setReason] = useState('')
  const act = useMutation({
    mutationFn: (what: Act) => post<ConductAnswer>(`/fhir/Organization/$${what}`, { facility: row.facility, reason }),
    onSuccess: (answer, what) => {
      client.setQueryData(KEY, answer)
      done(t(what === 'lift-suspension' ? 'conduct.lift' : what === 'suspend' ? 'conduct.suspend' : 'conduct.confirm'), row.name)
      close()
    },
  })
  const ready = reason.trim().length >= SHORTEST && !act.isPending
  const waits = row.suspended?.appeals.some((a) => a.decision === null) === true
  return (
    <div className="stack">
      <Textarea
        data-autofocus
        label={t('conduct.reason')}
        autosize
        minRows={2}
        maxLength={2000}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <div className="row" style={{ justifyContent: 'flex-end' }}>
        {row.suspended && waits && (
          <Button variant="default" disabled={!ready} onClick={() => act.mutate('confirm-suspension')}>
            {t('conduct.confirm')}
          </Button>
        )}
        {row.suspended ? (
          <Button disabled={!ready} onClick={() => act.mutate('lift-suspension')}>
            {t('conduct.lift')}
          </Button>
        ) : (
          <Button color="red" disabled={!ready} onClick={() => act.mutate('suspend')}>
            {t('conduct.suspend')}
          </Button>
        )}
      </div>
      {act.error && <Failure error={act.error} />}
    </div>
  )
}

/** A suspension as its story: why, since when, what the facility said and what it was answered. */
export function SuspensionFacts({ suspension }: { suspension: Suspension }) {
  const { t } = useTranslation()
  const kind = useKind()
  return (
    <dl className={ui.facts}>
      <dt>{t('conduct.cause')}</dt>
      <dd>
        <span className="strong">
          {suspension.automatic ? kind(suspension.cause) : `${t('conduct.manual')} · ${suspension.by}: ${suspension.reason}`}
        </span>{' '}
        · {t('conduct.since', { at: when(suspension.since) })}
      </dd>
      {suspension.evidence.length > 0 && (
        <>
          <dt>{t('conduct.evidence')}</dt>
          <dd>{suspension.evidence.map((m) => `${kind(m.kind)}: ${t('conduct.times', { count: m.count })}`).join('\n')}</dd>
        </>
      )}
      {suspension.appeals.map((a) => (
        <div key={a.at} style={{ display: 'contents' }}>
          <dt>{t('conduct.appeal')}</dt>
          <dd>
            {a.text}
            <div className="soft">
              {when(a.at)} · {a.by}
            </div>
            {a.decision && <div>{t('conduct.decided', { by: a.decidedBy ?? '', reason: a.decisionReason ?? '' })}</div>}
          </dd>
        </div>
      ))}
    </dl>
  )
}

function useColumns(): Column<ConductRow>[] {
  const { t } = useTranslation()
  const kind = useKind()
  const skew = (row: ConductRow) => Math.round((row.skewMs ?? 0) / 1000)
  return [
    {
      id: 'facility',
      header: t('conduct.facility'),
      width: '30%',
      value: (r) => r.name,
      title: (r) => r.name,
      cell: (r) => (
        <span data-facility={r.facility}>
          <span className="strong">{r.name}</span> <span className="soft">{r.facility}</span>
        </span>
      ),
    },
    {
      id: 'state',
      header: t('conduct.state'),
      width: 250,
      value: (r) => (r.suspended ? 0 : 1),
      cell: (r) => (
        <span className="row" style={{ gap: 4, flexWrap: 'nowrap' }}>
          <Badge tone={r.suspended ? 'red' : 'green'}>{t(r.suspended ? 'conduct.suspended' : 'conduct.good')}</Badge>
          {r.suspended?.appeals.some((a) => a.decision === null) && <Badge tone="amber">{t('conduct.appealWaits')}</Badge>}
        </span>
      ),
    },
    {
      id: 'since',
      header: t('quarantine.since'),
      width: 108,
      title: (r) => when(r.suspended?.since),
      cell: (r) => (r.suspended ? shortWhen(r.suspended.since) : ''),
    },
    {
      id: 'evidence',
      header: t('conduct.day'),
      title: (r) => r.misdeeds.map((m) => `${kind(m.kind)}: ${m.count}`).join(' · '),
      cell: (r) => r.misdeeds.map((m) => `${kind(m.kind)}: ${t('conduct.times', { count: m.count })}`).join(' · '),
    },
    {
      id: 'skew',
      header: t('conduct.skew'),
      width: 92,
      numeric: true,
      cell: (r) =>
        Math.abs(skew(r) * 1000) > NOTABLE_SKEW_MS ? <Badge tone="amber">{t('conduct.seconds', { count: skew(r) })}</Badge> : '',
    },
  ]
}

function Facility({ row, close }: { row: ConductRow; close(): void }) {
  const { t } = useTranslation()
  const kind = useKind()
  const past = row.story.filter((s) => s.liftedAt !== null).length
  return (
    <Dialog close={close} size="lg" title={`${row.name} (${row.facility})`}>
      <div className="stack">
        <div>
          <Badge tone={row.suspended ? 'red' : 'green'}>{t(row.suspended ? 'conduct.suspended' : 'conduct.good')}</Badge>
        </div>
        {row.suspended && <SuspensionFacts suspension={row.suspended} />}
        <dl className={ui.facts}>
          <dt>{t('conduct.day')}</dt>
          <dd>
            {row.misdeeds.length === 0
              ? t('conduct.nothing')
              : row.misdeeds
                  .map((m) => `${kind(m.kind)}: ${t('conduct.times', { count: m.count })}, ${t('conduct.points', { count: m.score })}`)
                  .join('\n')}
          </dd>
        </dl>
        {past > 0 && <p className="soft">{t('conduct.before', { count: past })}</p>}
        <Decide row={row} close={close} />
      </div>
    </Dialog>
  )
}

export function Conduct() {
  const { t } = useTranslation()
  const columns = useColumns()
  const [open, setOpen] = useState<string>()
  const conduct = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => api<ConductAnswer>('/fhir/Organization/$conduct', { signal }),
    refetchInterval: 15_000,
  })
  const rows = (conduct.data?.rows ?? []).toSorted((a, b) => Number(b.suspended !== null) - Number(a.suspended !== null))
  const shown = rows.find((r) => r.facility === open)
  return (
    <Panel id="conduct" flush={rows.length > 0} title={t('conduct.title')} count={rows.filter((r) => r.suspended).length}>
      {conduct.isPending && <Loading lines={3} />}
      {conduct.error && <Failure error={conduct.error} retry={() => void conduct.refetch()} />}
      {conduct.data && rows.length === 0 && <Empty title={t('conduct.nobody')} />}
      {rows.length > 0 && (
        <DataTable
          label={t('conduct.title')}
          rows={rows}
          columns={columns}
          rowKey={(r) => r.facility}
          onOpen={(r) => setOpen(r.facility)}
        />
      )}
      {shown && <Facility row={shown} close={() => setOpen(undefined)} />}
    </Panel>
  )
}
