import { Button, SegmentedControl, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FindAnswer } from '../../data/contracts.ts'
import { Badge } from '../../ui/Badge.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { day } from '../../ui/format.ts'
import { IconSearch, IconUserPlus } from '../../ui/icons.ts'
import { Alert, Empty, Failure } from '../../ui/Notice.tsx'
import { PageHead, Panel } from '../../ui/Panel.tsx'
import { useFind } from '../registration/queries.ts'
import { useStartSlip } from './start-slip.tsx'

type Row = FindAnswer['rows'][number]
type Card = NonNullable<FindAnswer['card']>

function useColumns(): Column<Row>[] {
  const { t } = useTranslation()
  return [
    { id: 'name', header: t('find.name'), width: '24%', cell: (row) => <span className="strong">{row.name}</span> },
    { id: 'birth', header: t('find.birth'), width: 92, cell: (row) => day(row.birthDate) },
    { id: 'sex', header: t('find.sex'), width: 60, cell: (row) => t(`sex.${row.sex}`) },
    { id: 'mrn', header: t('find.mrn'), width: 120, cell: (row) => row.mrn ?? '' },
    { id: 'cccd', header: t('find.citizenId'), width: 118, cell: (row) => row.citizenId ?? '' },
    { id: 'card', header: t('find.card'), width: 146, cell: (row) => row.card ?? '' },
    {
      id: 'why',
      header: t('find.why'),
      cell: (row) => (
        <span className="row" style={{ gap: 4 }}>
          {row.why.map((reason) => (
            <Badge key={reason} tone="green">
              {t(`why.${reason}`)}
            </Badge>
          ))}
        </span>
      ),
    },
  ]
}

const DAY_MS = 86_400_000
/** yyyy-mm-dd in Vietnam, so many days ago. */
const daysAgo = (n: number): string => new Date(Date.now() + 7 * 3_600_000 - n * DAY_MS).toISOString().slice(0, 10)

interface NewProps {
  card: Card
  among: number
  busy: boolean
  /** Enter was pressed on the code: the next question takes the focus. */
  entered: boolean
  start(admitted: string, isNew: boolean): void
}

/** Somebody who is not known here: what the card says, and since when they are here, which no card tells. */
function FromCard({ card, among, busy, entered, start }: NewProps) {
  const { t } = useTranslation()
  const [which, setWhich] = useState<string>()
  const [other, setOther] = useState('')
  const admitted = which === 'other' ? other : which
  const question = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (entered) question.current?.querySelector('input')?.focus()
  }, [entered])
  const ready = Boolean(admitted && card.name && card.birthDate)
  const go = (): void => {
    if (admitted && ready && !busy) start(admitted, among > 0)
  }
  // Space chooses the day, Enter goes on: no key in between only leads to the button.
  const onEnter = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return
    event.preventDefault()
    go()
  }
  const facts = [card.name, day(card.birthDate), t(`sex.${card.sex}`), card.citizenId, card.card?.number, card.address]
  return (
    <Panel title={t('ward.card')}>
      <div className="stack">
        <p>
          <Badge tone="blue">{t(`ward.cardKind.${card.kind}`)}</Badge> <span className="strong">{facts.filter(Boolean).join(' · ')}</span>
        </p>
        <div className="row" style={{ alignItems: 'flex-end' }}>
          {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys are pressed in the choice within */}
          <div ref={question} onKeyDown={onEnter}>
            <div className="strong" id="admitted">
              {t('ward.admitted')}
            </div>
            <SegmentedControl
              aria-labelledby="admitted"
              size="xs"
              value={which ?? ''}
              onChange={setWhich}
              data={[
                { value: daysAgo(0), label: t('ward.today') },
                { value: daysAgo(1), label: t('ward.yesterday') },
                { value: 'other', label: t('ward.otherDay') },
              ]}
            />
          </div>
          {which === 'other' && (
            <TextInput
              type="date"
              label={t('ward.day')}
              max={daysAgo(0)}
              value={other}
              onChange={(change) => setOther(change.currentTarget.value)}
            />
          )}
          <Button leftSection={<IconUserPlus size={15} aria-hidden />} loading={busy} disabled={!ready} onClick={go}>
            {t(among > 0 ? 'ward.sureNew' : 'ward.isNew')}
          </Button>
        </div>
        <span className="soft">{t('ward.admittedHint')}</span>
      </div>
    </Panel>
  )
}

/** A slip for a patient still in the ward: find them, or scan their card; then only what a doctor knows is typed. */
export default function NewSlip() {
  const { t } = useTranslation()
  const list = useRef<HTMLDivElement>(null)
  const [text, setText] = useState('')
  /** The code a scanner ended with Enter, perhaps before it was looked up. */
  const [entered, setEntered] = useState('')
  const [asked] = useDebouncedValue(text.trim(), 200)
  const found = useFind(asked)
  const columns = useColumns()
  const { busy, start, dialog } = useStartSlip()
  const answer = asked.length >= 2 ? found.data : undefined
  const rows = answer?.rows ?? []
  const card = answer?.card
  const choose = (row: Row): void => void start({ patient: row.id })
  const onKey = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'ArrowDown') list.current?.querySelector<HTMLElement>('tr[data-row]')?.focus()
    // A name may be many people's: only a single one is taken by Enter at once.
    else if (event.key === 'Enter' && rows[0] && rows.length === 1 && text.trim() === asked && !found.isFetching) choose(rows[0])
    else if (event.key !== 'Enter') return
    else setEntered(text.trim())
    event.preventDefault()
  }
  const fromCard = (one: Card, admitted: string, isNew: boolean): void => {
    const { kind: _kind, ...person } = one
    void start({ person, admitted, ...(isNew ? { isNew: true } : {}) })
  }
  return (
    <>
      <PageHead title={t('ward.title')} />
      <Panel>
        <TextInput
          label={t('ward.find')}
          description={t('ward.hint')}
          placeholder={t('find.placeholder')}
          size="sm"
          leftSection={<IconSearch size={16} aria-hidden />}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value)
            setEntered('')
          }}
          onKeyDown={onKey}
          autoFocus
          autoComplete="off"
          spellCheck={false}
        />
      </Panel>
      {found.error && <Failure error={found.error} retry={() => void found.refetch()} />}
      {answer && rows.length > 0 && (
        <div ref={list} aria-live="polite" aria-busy={found.isFetching}>
          <Panel title={t('ward.results')} count={rows.length} flush tools={<span className="soft">{t('ward.choose')}</span>}>
            <DataTable label={t('ward.results')} rows={rows} columns={columns} rowKey={(row) => row.id} onOpen={choose} />
          </Panel>
        </div>
      )}
      {card && rows.length === 0 && <Alert tone="blue">{t('ward.nobody')}</Alert>}
      {card && (
        <FromCard
          key={asked}
          card={card}
          among={rows.length}
          busy={busy}
          entered={entered === asked && rows.length === 0}
          start={(admitted, isNew) => fromCard(card, admitted, isNew)}
        />
      )}
      {answer && !card && rows.length === 0 && !found.isFetching && (
        <Panel>
          <Empty
            title={t(asked.includes('|') ? 'ward.unread' : 'ward.none')}
            cure={t(asked.includes('|') ? 'ward.unreadCure' : 'ward.noneCure')}
          />
        </Panel>
      )}
      {dialog}
    </>
  )
}
