import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core'
import { useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useActionHandler } from '../../actions/context.tsx'
import type { MessageRow } from '../../data/contracts.ts'
import { may, useSession } from '../../data/session.tsx'
import { Badge } from '../../ui/Badge.tsx'
import { SlipNumber } from '../../ui/cells.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { count, readWhen, shortPlace, shortWhen, when } from '../../ui/format.ts'
import { Empty, Failure, Loading, Nothing } from '../../ui/Notice.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { useComparing } from '../referral/Comparing.tsx'
import { useFacilities } from '../referral/queries.ts'
import styles from './exchange.module.css'
import { type MessageFilter, useMessages } from './queries.ts'
import { ReplayDialog } from './ReplayDialog.tsx'
import { stateTone, useWhat, whyWords } from './words.ts'

interface Props {
  direction: MessageFilter['direction']
  /** A list that is one state for good. */
  fixed?: string
  open(key: string): void
}

function StateOf({ row }: { row: MessageRow }) {
  const { t } = useTranslation()
  // Where a message is was said before the restore: it may not be true any more.
  const comparing = row.reconciling !== undefined && !row.letter && (row.state === 'acked' || row.state === 'taken')
  const text = comparing
    ? t('exchange.reconcile.slip')
    : row.letter
      ? t(`exchange.causes.${row.letter.cause}`)
      : row.direction === 'out' && row.state === 'acked'
        ? row.place === 'hub'
          ? t('exchange.awaiting')
          : t(`exchange.places.${row.place}`)
        : t(`exchange.states.${row.state}`)
  return (
    <span data-state={row.state}>
      <Badge tone={comparing ? 'amber' : stateTone(row)} title={text}>
        {text}
      </Badge>
    </span>
  )
}

type Pick = { picked: ReadonlySet<string>; toggle(key: string): void } | undefined

function useColumns(letters: boolean, pick: Pick): Column<MessageRow>[] {
  const { t } = useTranslation()
  const what = useWhat()
  const compared = useComparing()
  return useMemo(() => {
    const why = (r: MessageRow): string => whyWords(r.why) || (r.reconciling ? compared(r.reconciling, r.other) : '')
    const box: Column<MessageRow>[] = pick
      ? [
          {
            id: 'pick',
            header: t('exchange.columns.pick'),
            width: 46,
            cell: (r) => (
              <Checkbox
                size="xs"
                aria-label={`${t('exchange.columns.pick')} ${r.number}`}
                checked={pick.picked.has(r.key)}
                onClick={(event) => event.stopPropagation()}
                onChange={() => pick.toggle(r.key)}
              />
            ),
          },
        ]
      : []
    return [
      ...box,
      { id: 'state', header: t('exchange.state'), width: letters ? 196 : 138, value: (r) => r.state, cell: (r) => <StateOf row={r} /> },
      {
        id: 'what',
        header: t('exchange.columns.what'),
        width: 146,
        value: what,
        title: what,
        cell: (r) => (
          <span className="strong">
            {what(r)} {r.urgent && <Badge tone="alarm">{t('exchange.urgent')}</Badge>}
          </span>
        ),
      },
      {
        id: 'number',
        header: t('exchange.columns.number'),
        width: 138,
        value: (r) => r.number,
        title: (r) => r.number,
        cell: (r) => <SlipNumber number={r.number} />,
      },
      {
        id: 'patient',
        header: t('exchange.columns.patient'),
        width: '12%',
        title: (r) => r.referral?.patient,
        cell: (r) => r.referral?.patient ?? '',
      },
      {
        id: 'other',
        header: t('exchange.columns.other'),
        width: '12%',
        value: (r) => r.other.name,
        title: (r) => `${r.other.code} ${r.other.name}`,
        cell: (r) => shortPlace(r.other.name),
      },
      {
        id: 'since',
        header: t('exchange.columns.sinceWhen'),
        width: 92,
        value: (r) => r.since,
        title: (r) => when(r.since),
        cell: (r) => shortWhen(r.since),
      },
      {
        id: 'tries',
        header: t('exchange.columns.tries'),
        width: 58,
        numeric: true,
        value: (r) => r.tries,
        cell: (r) => (r.tries > 0 ? count(r.tries) : ''),
      },
      ...(letters
        ? [
            {
              id: 'role',
              header: t('exchange.alerts.role'),
              width: 138,
              cell: (r: MessageRow) => (r.letter ? t(`roles.${r.letter.role}`) : ''),
            },
          ]
        : [
            {
              id: 'next',
              header: t('exchange.columns.next'),
              width: 92,
              cell: (r: MessageRow) => (r.nextTry ? shortWhen(r.nextTry) : ''),
              title: (r: MessageRow) => when(r.nextTry),
            },
          ]),
      { id: 'why', header: t('exchange.columns.why'), title: why, cell: why },
    ]
  }, [t, what, compared, letters, pick])
}

/** A list with its filters; rows are chosen to be replayed, Enter opens the story of one. */
export function Messages({ direction, fixed, open }: Props) {
  const { t } = useTranslation()
  const acts = may(useSession(), 'exchange.act')
  const [typed, setTyped] = useState({ state: '', q: '', other: '', from: '', to: '' })
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set())
  const [replay, setReplay] = useState<'keys' | 'period'>()
  const box = useRef<HTMLInputElement>(null)
  const day = (text: string): string => readWhen(text)?.slice(0, 10) ?? ''
  const filter = { ...typed, state: fixed ?? typed.state, direction, from: day(typed.from), to: day(typed.to) }
  const answer = useMessages(filter)
  const pick = useMemo<Pick>(() => {
    if (!acts || !direction) return undefined
    return {
      picked,
      toggle: (key) => setPicked((now) => (now.has(key) ? new Set([...now].filter((k) => k !== key)) : new Set([...now, key]))),
    }
  }, [acts, direction, picked])
  const columns = useColumns(fixed === 'letters', pick)
  useActionHandler('list.filter', fixed ? undefined : () => box.current?.focus())
  const rows = answer.data?.rows ?? []
  const title = t(`exchange.tabs.${fixed === 'letters' ? 'letters' : direction === 'in' ? 'in' : 'out'}`)
  const again = t(direction === 'in' ? 'exchange.takeAgain' : 'exchange.sendAgain')
  return (
    <Panel
      flush
      id={`messages-${fixed ?? direction}`}
      title={title}
      count={rows.length}
      tools={
        !fixed && (
          <div className={styles.filters}>
            <Filters direction={direction} typed={typed} set={setTyped} box={box} />
            {acts && picked.size > 0 && (
              <Button size="compact-xs" onClick={() => setReplay('keys')}>
                {again} ({picked.size})
              </Button>
            )}
            {acts && (
              <Button size="compact-xs" variant="default" onClick={() => setReplay('period')}>
                {again}: {t('exchange.byPeriod')}
              </Button>
            )}
          </div>
        )
      }
    >
      {answer.isPending && <Loading />}
      {answer.error && !answer.data && <Failure error={answer.error} retry={() => void answer.refetch()} />}
      {rows.length > 0 && <DataTable label={title} rows={rows} columns={columns} rowKey={(r) => r.key} onOpen={(r) => open(r.key)} />}
      {answer.data?.more && <Nothing>{t('exchange.more')}</Nothing>}
      {answer.data && rows.length === 0 && (
        <Empty
          title={t(fixed ? 'exchange.emptyLetters' : 'exchange.emptyList')}
          cure={t(fixed ? 'exchange.emptyLettersCure' : 'exchange.emptyListCure')}
        />
      )}
      {replay && (direction === 'out' || direction === 'in') && (
        <ReplayDialog
          direction={direction}
          {...(replay === 'keys' ? { keys: [...picked] } : {})}
          close={() => setReplay(undefined)}
          done={() => {
            setReplay(undefined)
            setPicked(new Set())
          }}
        />
      )}
    </Panel>
  )
}

type Typed = { state: string; q: string; other: string; from: string; to: string }

function Filters({
  direction,
  typed,
  set,
  box,
}: {
  direction: string
  typed: Typed
  set(t: Typed): void
  box: React.RefObject<HTMLInputElement | null>
}) {
  const { t } = useTranslation()
  const places = useFacilities().data?.rows ?? []
  const outStates = (['open', 'waiting', 'done', 'refused'] as const).map((value) => ({
    value: value as string,
    label: t(`exchange.outStates.${value}`),
  }))
  const inStates = (['open', 'done'] as const).map((value) => ({ value: value as string, label: t(`exchange.inStates.${value}`) }))
  const put = (field: keyof Typed) => (event: { currentTarget: { value: string } }) => set({ ...typed, [field]: event.currentTarget.value })
  return (
    <>
      <NativeSelect
        size="xs"
        aria-label={t('exchange.stateFilter')}
        value={typed.state}
        onChange={put('state')}
        data={[{ value: '', label: t('exchange.everyState') }, ...(direction === 'in' ? inStates : outStates)]}
      />
      <NativeSelect
        size="xs"
        w={170}
        aria-label={t('exchange.facilityFilter')}
        value={typed.other}
        onChange={put('other')}
        data={[{ value: '', label: t('exchange.everyFacility') }, ...places.map((f) => ({ value: f.code, label: f.name }))]}
      />
      {(['from', 'to'] as const).map((field) => (
        <TextInput
          key={field}
          size="xs"
          w={104}
          aria-label={t(`exchange.${field}Day`)}
          title={t(`exchange.${field}Day`)}
          placeholder={t(`exchange.${field}Day`)}
          value={typed[field]}
          onChange={put(field)}
        />
      ))}
      <TextInput
        ref={box}
        size="xs"
        w={140}
        aria-label={t('exchange.filter')}
        placeholder={t('exchange.filter')}
        rightSection={<kbd>/</kbd>}
        value={typed.q}
        onChange={put('q')}
      />
    </>
  )
}
