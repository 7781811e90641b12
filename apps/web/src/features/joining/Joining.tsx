/** Facilities on their way to the exchange: the list, and the one whose steps are open. */
import { Button, NativeSelect } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { JoiningRow, JoiningsAnswer } from '../../data/contracts.ts'
import '../../text/pages/joining.ts'
import { Badge } from '../../ui/Badge.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { shortWhen, when } from '../../ui/format.ts'
import { Failure, Loading, Nothing } from '../../ui/Notice.tsx'
import { PageHead, Panel } from '../../ui/Panel.tsx'
import { Guide, TONE } from './Guide.tsx'
import styles from './joining.module.css'
import { useJoin, useJoinings } from './queries.ts'
import { lacksSeal } from './steps.tsx'

const route = getRouteApi('/joining')

function useColumns(): Column<JoiningRow>[] {
  const { t } = useTranslation()
  const last = (row: JoiningRow) => row.story.at(-1)
  return [
    {
      id: 'facility',
      header: t('joining.facility'),
      value: (row) => row.facility.name,
      cell: (row) => (
        <>
          <span className="strong">{row.facility.name}</span> <span className="soft">{row.facility.code}</span>
        </>
      ),
    },
    {
      id: 'state',
      header: t('joining.state'),
      width: 210,
      value: (row) => row.state,
      cell: (row) => (
        <>
          <Badge tone={TONE[row.state]}>{t(`joining.states.${row.state}`)}</Badge>{' '}
          {row.state === 'live' && lacksSeal(row) && <Badge tone="red">{t('joining.sealLess')}</Badge>}
        </>
      ),
    },
    { id: 'next', header: t('joining.nextStep'), width: '26%', cell: (row) => (row.next ? t(`joining.steps.${row.next}`) : '—') },
    {
      id: 'last',
      header: t('joining.last'),
      width: '24%',
      title: (row) => when(last(row)?.at ?? ''),
      cell: (row) => {
        const one = last(row)
        return one ? `${t(`joining.acts.${one.act}`)} · ${shortWhen(one.at)}` : <span className="soft">{t('joining.founded')}</span>
      },
    },
  ]
}

function Add({ others, close, opened }: { others: JoiningsAnswer['others']; close(): void; opened(code: string): void }) {
  const { t } = useTranslation()
  const join = useJoin()
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault()
    const facility = String(new FormData(event.currentTarget).get('facility') ?? '')
    join.mutate({ facility, act: 'open' }, { onSuccess: () => opened(facility) })
  }
  return (
    <Dialog close={close} title={t('joining.add')}>
      <form className="stack" onSubmit={submit}>
        <p className="soft">{t('joining.addHint')}</p>
        <code className={styles.command}>npm run yba -- directory import ds.csv --kind facilities --source "…"</code>
        {others.length === 0 ? (
          <Nothing>{t('joining.addNone')}</Nothing>
        ) : (
          <NativeSelect
            name="facility"
            label={t('joining.facility')}
            data={others.map((one) => ({ value: one.code, label: `${one.name} (${one.code})` }))}
          />
        )}
        {join.error && <Failure error={join.error} />}
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={close}>
            {t('app.cancel')}
          </Button>
          {others.length > 0 && (
            <Button type="submit" loading={join.isPending}>
              {t('joining.add')}
            </Button>
          )}
        </div>
      </form>
    </Dialog>
  )
}

export default function Joining() {
  const { t } = useTranslation()
  const columns = useColumns()
  const asked = useJoinings()
  const { facility } = route.useSearch()
  const navigate = route.useNavigate()
  const [adding, setAdding] = useState(false)
  const rows = asked.data?.rows ?? []
  const shown = rows.find((row) => row.facility.code === facility)
  const show = (code: string): void => void navigate({ search: { facility: code } })
  return (
    <>
      <PageHead title={t('joining.title')}>
        <Button onClick={() => setAdding(true)} disabled={!asked.data}>
          {t('joining.add')}
        </Button>
      </PageHead>
      {shown && asked.data && shown.state !== 'founded' && <Guide key={shown.facility.code} row={shown} card={asked.data.card} />}
      {shown?.state === 'founded' && (
        <Panel id="joining-founded" title={`${shown.facility.name} (${shown.facility.code})`}>
          {t('joining.foundedNote')} <Link to="/directory">{t('joining.foundedKeys')}</Link>
        </Panel>
      )}
      <Panel id="joinings" flush={rows.length > 0}>
        {asked.isPending && <Loading lines={3} />}
        {asked.error && !asked.data && <Failure error={asked.error} retry={() => void asked.refetch()} />}
        {asked.data && rows.length === 0 && <Nothing>{t('joining.none')}</Nothing>}
        {rows.length > 0 && (
          <DataTable
            label={t('joining.title')}
            rows={rows}
            columns={columns}
            rowKey={(row) => row.facility.code}
            onOpen={(row) => show(row.facility.code)}
            cards
          />
        )}
      </Panel>
      {adding && asked.data && (
        <Add
          others={asked.data.others}
          close={() => setAdding(false)}
          opened={(code) => {
            setAdding(false)
            show(code)
          }}
        />
      )}
    </>
  )
}
