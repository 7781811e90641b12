/** Messages the hub could not take: what they are, from whom, why, and what a person can do about each. */
import { Button, Textarea } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { QuarantineAct, QuarantineAnswer, QuarantineRow } from '../../data/contracts.ts'
import { api, post } from '../../data/http.ts'
import { may, useSession } from '../../data/session.tsx'
import { say } from '../../text/index.ts'
import { Badge, type Tone } from '../../ui/Badge.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { count, shortWhen, when } from '../../ui/format.ts'
import { Failure, Loading, Nothing } from '../../ui/Notice.tsx'
import { done } from '../../ui/notify.ts'
import { Panel } from '../../ui/Panel.tsx'
import { Select } from '../../ui/Select.ts'
import ui from '../../ui/ui.module.css'
import '../../text/pages/conduct.ts'

const KEY = ['quarantine']
const SHORTEST = 10
const TONE: Record<QuarantineRow['state'], Tone> = { open: 'amber', taken: 'green', refused: 'grey' }
const ROLES: QuarantineRow['role'][] = ['hub-operator', 'administrator']

function useColumns(): Column<QuarantineRow>[] {
  const { t } = useTranslation()
  return [
    {
      id: 'state',
      header: t('quarantine.state'),
      width: 112,
      value: (q) => q.state,
      cell: (q) => (
        <span data-state={q.state}>
          <Badge tone={TONE[q.state]}>{t(`quarantine.${q.state}`)}</Badge>
        </span>
      ),
    },
    { id: 'at', header: t('quarantine.since'), width: 108, value: (q) => q.at, title: (q) => when(q.at), cell: (q) => shortWhen(q.at) },
    {
      id: 'from',
      header: t('quarantine.from'),
      width: '22%',
      value: (q) => q.name,
      title: (q) => q.name,
      cell: (q) => <span className="strong">{q.name}</span>,
    },
    {
      id: 'number',
      header: t('quarantine.number'),
      width: 150,
      value: (q) => q.number,
      title: (q) => q.number,
      cell: (q) => q.number || '—',
    },
    {
      id: 'why',
      header: t('quarantine.why'),
      title: (q) => (q.words ? say(q.words) : q.code),
      cell: (q) => (q.words ? say(q.words) : q.code),
    },
    {
      id: 'role',
      header: t('quarantine.role'),
      width: 150,
      value: (q) => q.role,
      cell: (q) => (q.state === 'open' ? t(`roles.${q.role}`) : ''),
    },
  ]
}

function Facts({ row }: { row: QuarantineRow }) {
  const { t } = useTranslation()
  return (
    <dl className={ui.facts}>
      <dt>{t('quarantine.from')}</dt>
      <dd>
        {row.name} ({row.facility})
      </dd>
      <dt>{t('quarantine.since')}</dt>
      <dd>{when(row.at)}</dd>
      <dt>{t('quarantine.what')}</dt>
      <dd>
        {t(row.route === '$submit' ? 'quarantine.papers' : 'quarantine.step')} · {row.number || t('quarantine.noNumber')} ·{' '}
        {t('quarantine.bytes', { n: count(row.size) })}
      </dd>
      <dt>{t('quarantine.why')}</dt>
      <dd>
        {row.words ? say(row.words) : row.code}
        {row.place && (
          <div className="soft">
            {t('quarantine.place')}: <code>{row.place}</code>
          </div>
        )}
        {row.words && <div className="soft">{say(row.words.cure)}</div>}
      </dd>
      {row.tried && (
        <>
          <dt>{t('quarantine.tried')}</dt>
          <dd>{say(row.tried)}</dd>
        </>
      )}
      {row.settled && (
        <>
          <dt>{t(`quarantine.${row.state}`)}</dt>
          <dd>
            {when(row.settled.at)} · {row.settled.by}
          </dd>
        </>
      )}
      {row.reason && (
        <>
          <dt>{t('quarantine.reason')}</dt>
          <dd>{row.reason}</dd>
        </>
      )}
    </dl>
  )
}

function Decide({ row, close }: { row: QuarantineRow; close(): void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [reason, setReason] = useState('')
  const others = ROLES.filter((r) => r !== row.role)
  const [role, setRole] = useState<string | null>(others[0] ?? null)
  const act = useMutation({
    mutationFn: (asked: Omit<QuarantineAct, 'id'>) =>
      post<QuarantineAnswer>('/fhir/Organization/$quarantine-settle', { id: row.id, ...asked }),
    onSuccess: (answer, asked) => {
      client.setQueryData(KEY, answer)
      done(t(`quarantine.done.${asked.act}`))
      close()
    },
    // What it was refused with this time stands beside the case.
    onError: () => void client.invalidateQueries({ queryKey: KEY }),
  })
  const given = reason.trim().length >= SHORTEST
  return (
    <div className="stack">
      <div className="row">
        <Button data-autofocus loading={act.isPending} onClick={() => act.mutate({ act: 'take-in' })}>
          {t('quarantine.takeIn')}
        </Button>
        <span className="soft grow">{t('quarantine.takeInHint')}</span>
      </div>
      <Textarea
        label={t('quarantine.reasonLabel')}
        autosize
        minRows={2}
        maxLength={2000}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <div className="row" style={{ alignItems: 'end' }}>
        <Button variant="default" color="red" disabled={!given || act.isPending} onClick={() => act.mutate({ act: 'refuse', reason })}>
          {t('quarantine.refuse')}
        </Button>
        <div className="grow" />
        <Select
          size="xs"
          label={t('quarantine.role')}
          data={others.map((r) => ({ value: r, label: t(`roles.${r}`) }))}
          value={role}
          onChange={setRole}
          allowDeselect={false}
        />
        <Button
          variant="default"
          disabled={!given || !role || act.isPending}
          onClick={() => act.mutate({ act: 'forward', reason, role: role as QuarantineRow['role'] })}
        >
          {t('quarantine.forward')}
        </Button>
      </div>
      {act.error && <Failure error={act.error} />}
    </div>
  )
}

function Case({ row, close }: { row: QuarantineRow; close(): void }) {
  const { t } = useTranslation()
  const session = useSession()
  return (
    <Dialog close={close} size="lg" title={t('quarantine.one')}>
      <div className="stack">
        <Facts row={row} />
        {may(session, 'hub.console') && (
          <a href={`/fhir/Organization/$quarantine?id=${row.id}`} download={`${row.facility}-${row.id}.json`}>
            {t('quarantine.download')}
          </a>
        )}
        {row.state === 'open' && may(session, 'exchange.act') && <Decide row={row} close={close} />}
      </div>
    </Dialog>
  )
}

export function Quarantine() {
  const { t } = useTranslation()
  const columns = useColumns()
  const [open, setOpen] = useState<string>()
  const held = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => api<QuarantineAnswer>('/fhir/Organization/$quarantine', { signal }),
    refetchInterval: 30_000,
  })
  const rows = held.data?.rows ?? []
  const shown = rows.find((q) => q.id === open)
  return (
    <Panel id="quarantine" flush={rows.length > 0} title={t('quarantine.title')} count={rows.filter((q) => q.state === 'open').length}>
      {held.isPending && <Loading lines={3} />}
      {held.isError && <Failure error={held.error} retry={() => void held.refetch()} />}
      {held.data && rows.length === 0 && <Nothing>{t('quarantine.none')}</Nothing>}
      {rows.length > 0 && (
        <DataTable label={t('quarantine.title')} rows={rows} columns={columns} rowKey={(q) => q.id} onOpen={(q) => setOpen(q.id)} />
      )}
      {shown && <Case row={shown} close={() => setOpen(undefined)} />}
    </Panel>
  )
}
