/** Pairs of records the hub is not sure about: what waits, side by side, and the word of a person who compared them. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ReviewRow, ReviewsAnswer } from '../../data/contracts.ts'
import { api } from '../../data/http.ts'
import { say } from '../../text/index.ts'
import { Badge } from '../../ui/Badge.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { shortPlace, shortWhen, when } from '../../ui/format.ts'
import { Failure, Loading, Nothing } from '../../ui/Notice.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { Pair, REVIEWS } from './Pair.tsx'

const keyOf = (row: ReviewRow): string => row.sides.map((side) => side.id).join('.')
const both = (row: ReviewRow, of: (side: ReviewRow['sides'][number]) => string): string => [...new Set(row.sides.map(of))].join(' · ')

function useColumns(): Column<ReviewRow>[] {
  const { t } = useTranslation()
  return [
    {
      id: 'state',
      header: t('reviews.state'),
      width: 150,
      value: (row) => row.decided?.decision ?? '',
      cell: (row) => (
        <span data-state={row.decided?.decision ?? 'open'}>
          <Badge tone={row.decided ? 'grey' : 'amber'}>{t(`reviews.${row.decided?.decision ?? 'open'}`)}</Badge>
        </span>
      ),
    },
    {
      id: 'since',
      header: t('reviews.since'),
      width: 108,
      value: (row) => row.since,
      title: (row) => when(row.since),
      cell: (row) => shortWhen(row.since),
    },
    {
      id: 'persons',
      header: t('reviews.persons'),
      width: '26%',
      value: (row) => row.sides[0].name,
      title: (row) => both(row, (side) => side.name),
      cell: (row) => <span className="strong">{both(row, (side) => side.name)}</span>,
    },
    {
      id: 'facilities',
      header: t('reviews.facilities'),
      width: '24%',
      title: (row) => both(row, (side) => side.facility.name),
      cell: (row) => both(row, (side) => shortPlace(side.facility.name)),
    },
    {
      id: 'why',
      header: t('reviews.why'),
      title: (row) => row.why.map(say).join('; '),
      cell: (row) => row.why.map(say).join('; '),
    },
  ]
}

export function Reviews() {
  const { t } = useTranslation()
  const columns = useColumns()
  const [open, setOpen] = useState<string>()
  const asked = useQuery({
    queryKey: REVIEWS,
    queryFn: ({ signal }) => api<ReviewsAnswer>('/fhir/Patient/$reviews', { signal }),
    refetchInterval: 30_000,
  })
  const rows = asked.data?.rows ?? []
  const waiting = asked.data?.open ?? 0
  const hidden = waiting - rows.filter((row) => !row.decided).length
  const shown = rows.find((row) => keyOf(row) === open)
  return (
    <Panel id="reviews" flush={rows.length > 0} title={t('reviews.title')} count={waiting}>
      {asked.isPending && <Loading lines={3} />}
      {asked.error && !asked.data && <Failure error={asked.error} retry={() => void asked.refetch()} />}
      {asked.data && rows.length === 0 && <Nothing>{t('reviews.none')}</Nothing>}
      {rows.length > 0 && (
        <DataTable label={t('reviews.title')} rows={rows} columns={columns} rowKey={keyOf} onOpen={(row) => setOpen(keyOf(row))} />
      )}
      {hidden > 0 && <Nothing>{t('reviews.more', { n: hidden })}</Nothing>}
      {shown && <Pair row={shown} close={() => setOpen(undefined)} />}
    </Panel>
  )
}
