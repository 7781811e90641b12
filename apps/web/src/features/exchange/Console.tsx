import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { ReferralRow } from '../../data/contracts.ts'
import { api } from '../../data/http.ts'
import { Badge } from '../../ui/Badge.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { count, shortWhen, when } from '../../ui/format.ts'
import { Empty, Failure, Loading } from '../../ui/Notice.tsx'
import { PageHead, Panel } from '../../ui/Panel.tsx'
import { Worklist } from '../referral/Worklist.tsx'
import { Conduct } from './Conduct.tsx'
import { DemoSwitches } from './DemoSwitches.tsx'

interface Node {
  facility: string
  name: string
  lastSeen: string | null
  cursorLag: number | null
  accepted: number
  refused: number
}

/** A node polls at least twice a minute; silence longer than this is worth a look. */
const SILENT_MS = 120_000

const THREADS = ['number', 'patient', 'from', 'to', 'departure', 'state', 'updated'] as const
const address = (row: ReferralRow): string => `/referrals/${row.id}`

function useColumns(): Column<Node>[] {
  const { t } = useTranslation()
  return useMemo(() => {
    const online = (node: Node): boolean => Boolean(node.lastSeen) && Date.now() - Date.parse(node.lastSeen ?? '') < SILENT_MS
    return [
      { id: 'code', header: t('exchange.code'), width: 70, value: (n) => n.facility, cell: (n) => n.facility },
      { id: 'name', header: t('exchange.facility'), value: (n) => n.name, cell: (n) => <span className="strong">{n.name}</span> },
      {
        id: 'state',
        header: t('worklist.state'),
        width: 110,
        cell: (n) => (
          <span data-state={online(n) ? 'online' : 'quiet'}>
            <Badge tone={online(n) ? 'green' : 'amber'}>{t(online(n) ? 'exchange.online' : 'exchange.quiet')}</Badge>
          </span>
        ),
      },
      {
        id: 'seen',
        header: t('exchange.lastSeen'),
        width: 140,
        title: (n) => when(n.lastSeen ?? undefined),
        cell: (n) => (n.lastSeen ? shortWhen(n.lastSeen) : t('exchange.never')),
      },
      { id: 'lag', header: t('exchange.lag'), width: 140, numeric: true, cell: (n) => (n.cursorLag === null ? '—' : count(n.cursorLag)) },
      { id: 'accepted', header: t('exchange.accepted'), width: 90, numeric: true, cell: (n) => count(n.accepted) },
      { id: 'refused', header: t('exchange.refused'), width: 90, numeric: true, cell: (n) => count(n.refused) },
    ]
  }, [t])
}

/** The hub operator's page: who is connected, and every thread that crossed. */
export default function Console() {
  const { t } = useTranslation()
  const columns = useColumns()
  const nodes = useQuery({
    queryKey: ['nodes'],
    queryFn: ({ signal }) => api<{ rows: Node[] }>('/fhir/$nodes', { signal }),
    refetchInterval: 15_000,
  })
  const rows = nodes.data?.rows ?? []
  return (
    <>
      <PageHead title={t('exchange.title')} />
      <Panel flush id="nodes" title={t('exchange.nodes')} count={rows.length}>
        {nodes.isPending && <Loading lines={3} />}
        {nodes.error && <Failure error={nodes.error} retry={() => void nodes.refetch()} />}
        {nodes.data && rows.length === 0 && <Empty title={t('exchange.noNodes')} />}
        {rows.length > 0 && <DataTable label={t('exchange.nodes')} rows={rows} columns={columns} rowKey={(n) => n.facility} />}
      </Panel>
      <Worklist list="all" columns={THREADS} address={address} heading="panel" />
      <Conduct />
      <DemoSwitches />
    </>
  )
}
