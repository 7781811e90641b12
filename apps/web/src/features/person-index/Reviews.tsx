/** Pairs of records the hub is not sure about: what waits, side by side, and the word of a person who compared them. */
import { SegmentedControl } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ReviewRow, ReviewsAnswer } from '../../data/contracts.ts'
import { api } from '../../data/http.ts'
import { say } from '../../text/index.ts'
import '../../text/pages/reviews.ts'
import { Badge } from '../../ui/Badge.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { day, shortPlace, shortWhen, when } from '../../ui/format.ts'
import { Failure, Loading, Nothing } from '../../ui/Notice.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { keyOf, Pair, REVIEWS, sentence } from './Pair.tsx'
import styles from './pair.module.css'

function useColumns(): Column<ReviewRow>[] {
  const { t } = useTranslation()
  return [
    {
      id: 'state',
      header: t('reviews.state'),
      width: 132,
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
      width: 72,
      value: (row) => row.since,
      title: (row) => when(row.since),
      cell: (row) => shortWhen(row.since),
    },
    {
      id: 'persons',
      header: t('reviews.persons'),
      width: '27%',
      value: (row) => row.sides[0].name,
      cell: (row) =>
        row.sides.map((side) => (
          <div key={side.id}>
            <span className="strong">{side.name}</span> <span className="soft">{day(side.birthDate)}</span>
          </div>
        )),
    },
    {
      id: 'facilities',
      header: t('reviews.facilities'),
      width: '15%',
      cell: (row) => row.sides.map((side) => <div key={side.id}>{shortPlace(side.facility.name)}</div>),
    },
    {
      id: 'why',
      header: t('reviews.why'),
      title: (row) => row.why.map(say).join('; '),
      cell: (row) => sentence(row.why.map(say).join('; ')),
    },
  ]
}

/** The pair that waits behind this one, or the first that waits. */
function nextOf(before: readonly ReviewRow[], key: string, after: readonly ReviewRow[]): string | undefined {
  const waiting = after.filter((row) => !row.decided).map(keyOf)
  const place = before.findIndex((row) => keyOf(row) === key)
  const behind = before.slice(place + 1).map(keyOf)
  return behind.find((one) => waiting.includes(one)) ?? waiting[0]
}

export function Reviews() {
  const { t } = useTranslation()
  const columns = useColumns()
  const [open, setOpen] = useState<string>()
  const [list, setList] = useState<'open' | 'decided'>('open')
  const asked = useQuery({
    queryKey: REVIEWS,
    queryFn: ({ signal }) => api<ReviewsAnswer>('/fhir/Patient/$reviews', { signal }),
    refetchInterval: 30_000,
  })
  const all = asked.data?.rows ?? []
  const waiting = asked.data?.open ?? 0
  const decided = all.filter((row) => row.decided)
  const waits = all.filter((row) => !row.decided)
  const rows = list === 'open' ? waits : decided
  const hidden = list === 'open' ? waiting - waits.length : 0
  const shown = all.find((row) => keyOf(row) === open)
  // Who works through a list is not sent back to it after each: a first word brings the next pair, a word taken back does not.
  const next = (answer: ReviewsAnswer): void => setOpen(open && !shown?.decided ? nextOf(waits, open, answer.rows) : undefined)
  return (
    <Panel
      id="reviews"
      flush
      title={t('reviews.title')}
      count={waiting}
      tools={
        decided.length > 0 && (
          <SegmentedControl
            size="xs"
            aria-label={t('reviews.which')}
            value={list}
            onChange={(value) => setList(value === 'decided' ? 'decided' : 'open')}
            data={(['open', 'decided'] as const).map((value) => ({ value, label: t(`reviews.lists.${value}`) }))}
          />
        )
      }
    >
      {asked.isPending && <Loading lines={3} />}
      {asked.error && !asked.data && <Failure error={asked.error} retry={() => void asked.refetch()} />}
      {asked.data && rows.length === 0 && <Nothing>{t('reviews.none')}</Nothing>}
      {rows.length > 0 && (
        <div className={styles.list}>
          <DataTable
            label={t('reviews.title')}
            rows={rows}
            columns={columns}
            rowKey={keyOf}
            onOpen={(row) => setOpen(keyOf(row))}
            wrap
            cards
          />
        </div>
      )}
      {hidden > 0 && <Nothing>{t('reviews.more', { n: hidden })}</Nothing>}
      {shown && <Pair row={shown} others={shown.decided ? 0 : waiting - 1} close={() => setOpen(undefined)} decided={next} />}
    </Panel>
  )
}
