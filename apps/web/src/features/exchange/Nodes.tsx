import { Button, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { NodeRow } from '../../data/contracts.ts'
import { may, useSession } from '../../data/session.tsx'
import { Badge } from '../../ui/Badge.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { count, shortWhen, when } from '../../ui/format.ts'
import { Empty, Failure, Loading } from '../../ui/Notice.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { useNodes, useOffer, useReplayCount } from './queries.ts'
import { ReplayConfirm } from './ReplayConfirm.tsx'

/** A node polls at least twice a minute; silence longer than this is worth a look. */
const QUIET_MS = 120_000
const SKEW_MS = 60_000

type State = 'suspended' | 'silent' | 'quiet' | 'online' | 'never'
const TONE = { suspended: 'alarm', silent: 'red', quiet: 'amber', online: 'green', never: 'grey' } as const

function stateOf(n: NodeRow): State {
  if (n.suspended) return 'suspended'
  if (n.silentSince) return 'silent'
  if (!n.lastSeen) return 'never'
  return Date.now() - Date.parse(n.lastSeen) < QUIET_MS ? 'online' : 'quiet'
}

function useColumns(offer?: (n: NodeRow) => void): Column<NodeRow>[] {
  const { t } = useTranslation()
  return [
    { id: 'code', header: t('exchange.code'), width: 64, value: (n) => n.facility, cell: (n) => n.facility },
    {
      id: 'name',
      header: t('exchange.facility'),
      value: (n) => n.name,
      title: (n) => n.name,
      cell: (n) => <span className="strong">{n.name}</span>,
    },
    {
      id: 'state',
      header: t('exchange.state'),
      width: 112,
      value: stateOf,
      cell: (n) => (
        <span data-state={stateOf(n)}>
          <Badge tone={TONE[stateOf(n)]}>{t(`exchange.${stateOf(n)}`)}</Badge>
        </span>
      ),
    },
    {
      id: 'seen',
      header: t('exchange.lastSeen'),
      width: 122,
      value: (n) => n.lastSeen ?? '',
      title: (n) => when(n.lastSeen ?? undefined),
      cell: (n) => (n.lastSeen ? shortWhen(n.lastSeen) : t('exchange.never')),
    },
    { id: 'lag', header: t('exchange.lag'), width: 84, numeric: true, cell: (n) => (n.cursorLag === null ? '—' : count(n.cursorLag)) },
    {
      id: 'outbox',
      header: t('exchange.outbox'),
      width: 150,
      title: (n) =>
        n.report
          ? `${t('exchange.letters')}: ${n.report.letters} · ${t('exchange.parked')}: ${n.report.parked} · ${when(n.report.at)}`
          : undefined,
      cell: (n) =>
        n.report
          ? `${count(n.report.waiting)}${n.report.oldest ? ` · ${t('exchange.since', { at: shortWhen(n.report.oldest) })}` : ''}`
          : '—',
    },
    { id: 'accepted', header: t('exchange.accepted'), width: 76, numeric: true, cell: (n) => count(n.accepted) },
    { id: 'refused', header: t('exchange.refused'), width: 76, numeric: true, cell: (n) => count(n.refused) },
    { id: 'version', header: t('exchange.version'), width: 82, cell: (n) => n.version ?? '—' },
    {
      id: 'skew',
      header: t('exchange.skew'),
      width: 84,
      numeric: true,
      cell: (n) =>
        n.skewMs === null ? (
          '—'
        ) : (
          <span className={Math.abs(n.skewMs) > SKEW_MS ? 'strong' : undefined}>
            {t('exchange.seconds', { n: Math.round(n.skewMs / 1000) })}
          </span>
        ),
    },
    ...(offer
      ? [
          {
            id: 'offer',
            header: t('exchange.action'),
            width: 128,
            cell: (n: NodeRow) =>
              n.offered ? (
                <span className="soft" title={`${n.offered.by} · ${when(n.offered.at)}`}>
                  {t('exchange.offered')}
                </span>
              ) : (
                <Button size="compact-xs" variant="default" onClick={() => offer(n)}>
                  {t('exchange.offer')}
                </Button>
              ),
          },
        ]
      : []),
  ]
}

function OfferDialog({ node, close }: { node: NodeRow; close(): void }) {
  const { t } = useTranslation()
  const [after, setAfter] = useState('')
  const [reason, setReason] = useState('')
  const offer = useOffer()
  const counted = useReplayCount('/fhir/$offer-again', { facility: node.facility, after }, true)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    offer.mutate({ facility: node.facility, after, reason }, { onSuccess: close })
  }
  return (
    <Dialog close={close} size="lg" title={t('exchange.offerTitle', { name: node.name })}>
      <form className="stack" onSubmit={submit}>
        <p className="soft">{t('exchange.replay.safeIn')}</p>
        <TextInput
          data-autofocus
          label={t('exchange.replay.cursor')}
          placeholder={node.cursor ?? ''}
          value={after}
          onChange={(e) => setAfter(e.currentTarget.value)}
        />
        <ReplayConfirm
          counted={counted.data}
          counting={!counted.error}
          way="in"
          reason={reason}
          setReason={setReason}
          errors={[counted.error, offer.error]}
          pending={offer.isPending}
          close={close}
        />
      </form>
    </Dialog>
  )
}

/** Who is connected, how far behind, what waits there. */
export function Nodes() {
  const { t } = useTranslation()
  const operates = may(useSession(), 'hub.console')
  const [chosen, setChosen] = useState<NodeRow>()
  const columns = useColumns(operates ? setChosen : undefined)
  const nodes = useNodes()
  const rows = nodes.data?.rows ?? []
  return (
    <Panel flush id="nodes" title={t('exchange.nodes')} count={rows.length}>
      {nodes.isPending && <Loading lines={3} />}
      {nodes.error && !nodes.data && <Failure error={nodes.error} retry={() => void nodes.refetch()} />}
      {nodes.data && rows.length === 0 && <Empty title={t('exchange.noNodes')} />}
      {rows.length > 0 && <DataTable label={t('exchange.nodes')} rows={rows} columns={columns} rowKey={(n) => n.facility} cards />}
      {chosen && <OfferDialog node={chosen} close={() => setChosen(undefined)} />}
    </Panel>
  )
}
