import { TextInput } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useActionHandler } from '../../actions/context.tsx'
import type { Worklist as ListName, ReferralRow } from '../../data/contracts.ts'
import { may, useSession } from '../../data/session.tsx'
import { say } from '../../text/index.ts'
import { Badge } from '../../ui/Badge.tsx'
import { Badges, SlipNumber } from '../../ui/cells.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { day, fold, shortPlace, shortWhen, when } from '../../ui/format.ts'
import { Empty, Failure, Loading } from '../../ui/Notice.tsx'
import { PageHead, Panel } from '../../ui/Panel.tsx'
import { SIGNING_TONE, signingStand } from '../sign-tray/stand.ts'
import { ComparingBadge } from './Comparing.tsx'
import { InboxTabs, NeedPhrase, useInbox } from './Inbox.tsx'
import { useWorklist } from './queries.ts'
import { SealWaitsBadge } from './SealWaits.tsx'
import { StateBadge } from './StateBadge.tsx'

type ColumnId =
  | 'need'
  | 'patient'
  | 'born'
  | 'number'
  | 'diagnosis'
  | 'validity'
  | 'from'
  | 'to'
  | 'state'
  | 'waiting'
  | 'departure'
  | 'updated'

interface Props {
  list: ListName
  columns: readonly ColumnId[]
  /** Address a row opens. */
  address(row: ReferralRow): string
  /** Row to focus when the list appears. */
  focus?: string
  tools?: ReactNode
  /** Shows what needs this person, and everything on demand. */
  inbox?: boolean
  heading?: 'h1' | 'panel'
}

const INBOX_EMPTY = ['inbox.empty', 'inbox.emptyCure'] as const
const EMPTY = {
  tray: ['worklist.emptyTray', 'worklist.emptyTrayCure'],
  drafts: ['worklist.emptyDrafts', 'worklist.emptyDraftsCure'],
  sent: ['worklist.emptySent', 'worklist.emptySentCure'],
  received: ['worklist.emptyReceived', 'worklist.emptyReceivedCure'],
  all: ['worklist.emptyAll', 'worklist.emptyAllCure'],
} as const

/** Who does not read papers sees how long the slip holds where others read why the patient comes. */
function useColumns(ids: readonly ColumnId[], address: Props['address']): Column<ReferralRow>[] {
  const { t } = useTranslation()
  const papers = may(useSession(), 'referral.papers')
  return useMemo(() => {
    const all: Record<ColumnId, Omit<Column<ReferralRow>, 'id' | 'header'>> = {
      patient: {
        width: '16%',
        value: (row) => row.patient.name,
        title: (row) => row.patient.name,
        cell: (row) => (
          <>
            {row.stat && <Stat />}
            {fresh(row) && <Unread />}
            <Link to={address(row)} className={fresh(row) ? 'strong' : undefined}>
              {row.patient.name}
            </Link>
          </>
        ),
      },
      need: {
        width: '18%',
        value: (row) => row.needs?.find((n) => n.mine)?.why ?? '',
        cell: (row) => <NeedPhrase needs={row.needs ?? []} />,
      },
      born: {
        width: 138,
        value: (row) => row.patient.birthDate,
        cell: (row) => `${day(row.patient.birthDate)} · ${t(`sex.${row.patient.sex}`)}`,
      },
      number: {
        width: 150,
        value: (row) => row.number,
        title: (row) =>
          [row.number, row.hisNumbers && t('ward.hisNumbers', { numbers: row.hisNumbers.join(', ') })].filter(Boolean).join(' · '),
        cell: (row) => <SlipNumber number={row.number} />,
      },
      diagnosis: { value: (row) => row.diagnosis ?? '', title: (row) => row.diagnosis, cell: (row) => row.diagnosis },
      validity: { width: 112, value: (row) => row.validity?.until ?? '', cell: (row) => day(row.validity?.until) },
      from: {
        width: '14%',
        value: (row) => row.from.name,
        title: (row) => `${row.from.code} ${row.from.name}`,
        cell: (row) => shortPlace(row.from.name),
      },
      to: {
        width: '14%',
        value: (row) => row.to.name,
        title: (row) => `${row.to.code} ${row.to.name}`,
        cell: (row) => shortPlace(row.to.name) || row.to.code,
      },
      state: {
        width: 226,
        value: (row) => row.state,
        cell: (row) => (
          <Badges>
            <StateBadge row={row} />
            <ComparingBadge row={row} />
            <SealWaitsBadge row={row} />
            {row.corrections?.referral && (
              <Badge tone="amber" title={t('versions.correction', { n: row.corrections.referral })}>
                {t('versions.correctionShort', { n: row.corrections.referral })}
              </Badge>
            )}
            {row.proposed13 && <Badge tone="amber">{t('versions.proposed')}</Badge>}
            {row.issues !== undefined && (
              <Badge tone="amber" title={t('issues.hint')}>
                {t('issues.count', { n: row.issues })}
              </Badge>
            )}
            {row.hasOutcome && row.direction === 'sent' && <Badge tone="green">{t('worklist.outcome')}</Badge>}
            {row.outcomeWithdrawn && <Badge tone="red">{t('worklist.outcomeWithdrawn')}</Badge>}
          </Badges>
        ),
      },
      waiting: {
        width: 150,
        cell: (row) => (
          <Badges>
            {row.revision && (
              <Badge
                tone={row.revision.cause === 'sent-back' ? 'red' : 'amber'}
                title={[row.revision.by, row.revision.reason].filter(Boolean).join(': ')}
              >
                {row.revision.cause === 'sent-back' ? t('versions.sentBack') : t('versions.correct.referral')}
              </Badge>
            )}
            {waitingFor(row).map((one) => (
              <Badge
                key={one.role}
                tone={SIGNING_TONE[signingStand(one)]}
                title={[t(`signing.${one.role}`), t(`signing.${signingStand(one)}`), one.why ? say(one.why) : one.reason]
                  .filter(Boolean)
                  .join(' · ')}
              >
                {t(`signing.short.${one.role}`)}
                {one.state !== 'open' && `: ${t(`signing.${signingStand(one)}`)}`}
              </Badge>
            ))}
          </Badges>
        ),
      },
      departure: {
        width: 94,
        value: (row) => row.departure ?? '',
        title: (row) => when(row.departure),
        cell: (row) => shortWhen(row.departure),
      },
      updated: { width: 76, value: (row) => row.updatedAt, title: (row) => when(row.updatedAt), cell: (row) => shortWhen(row.updatedAt) },
    }
    const shown = ids.map((id) => (id === 'diagnosis' && !papers ? 'validity' : id))
    return shown.map((id) => ({ id, header: t(`worklist.${id}`), ...all[id] }))
  }, [ids, address, papers, t])
}

/** Something of the other side nobody here has read: the slip at its receiver, the outcome at its sender. */
const fresh = (row: ReferralRow): boolean => row.unread && (row.direction === 'received' || row.hasOutcome || row.outcomeWithdrawn === true)

const ROLES = ['doctor', 'authorised', 'seal'] as const

/** One line per role. Before the first signature nothing is asked of a signer yet: all roles of the slip are open. */
function waitingFor(row: ReferralRow): ReferralRow['waitingFor'] {
  if (row.waitingFor.length === 0) return row.state === 'to-sign' ? ROLES.map((role) => ({ role, state: 'open' })) : []
  return ROLES.flatMap((role) => {
    const same = row.waitingFor.filter((one) => one.role === role)
    return same.find((one) => one.state !== 'open') ?? same[0] ?? []
  })
}

function Stat() {
  const { t } = useTranslation()
  return (
    <span style={{ marginRight: 6 }}>
      <Badge tone="red" title={t('referral.emergencyFull')}>
        {t('referral.emergencyShort')}
      </Badge>
    </span>
  )
}

function Unread() {
  const { t } = useTranslation()
  return (
    <span title={t('worklist.unread')}>
      <span aria-hidden style={{ color: '#0a7a58', marginRight: 4 }}>
        ●
      </span>
      <span className="hidden-text">{t('worklist.unread')}</span>
    </span>
  )
}

function matches(row: ReferralRow, words: string[]): boolean {
  const text = fold(
    [
      row.patient.name,
      row.patient.citizenId,
      row.patient.card,
      row.number,
      ...(row.hisNumbers ?? []),
      row.diagnosis,
      row.from.name,
      row.to.name,
    ].join(' '),
  )
  return words.every((word) => text.includes(word))
}

/** Somebody writes, or a dialog is open. */
const busyElsewhere = (): boolean => document.activeElement?.matches('input, textarea, select, [role="dialog"] *') === true

/** The row each list was left by, so that coming back begins where one was. */
const leftBy = new Map<ListName, string>()

/** One list for every desk: what it holds, which columns and where a row leads are parameters. */
export function Worklist({ list, columns: ids, address, focus, tools, inbox = false, heading = 'h1' }: Props) {
  const { t } = useTranslation()
  const asked = may(useSession(), 'referral.papers') ? t('worklist.filter') : t('worklist.filterDesk')
  const navigate = useNavigate()
  const answer = useWorklist(list)
  const [filter, setFilter] = useState('')
  const box = useRef<HTMLInputElement>(null)
  const place = useRef<HTMLDivElement>(null)
  const columns = useColumns(ids, address)
  const words = fold(filter).split(/\s+/).filter(Boolean)
  const found = (answer.data?.rows ?? []).filter((row) => matches(row, words))
  const { start, show } = useInbox(inbox)
  const [view, setView] = useState(start)
  // Who looks for somebody by name finds them, whosever work they are.
  const rows = words.length > 0 ? found : show(found, view)
  const loaded = answer.data !== undefined
  useActionHandler('list.filter', () => box.current?.focus())
  const rowOf = (id: string | undefined) => id && place.current?.querySelector<HTMLElement>(`tr[data-row="${CSS.escape(id)}"]`)
  const firstRow = () => place.current?.querySelector<HTMLElement>('tr[data-row]')
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the rows are there
  useEffect(() => {
    // Who types already, or has a dialog open, is not interrupted by rows that come.
    if (!loaded || busyElsewhere()) return
    const wanted = rowOf(focus) || rowOf(leftBy.get(list))
    ;(wanted || firstRow())?.focus({ preventScroll: !wanted })
  }, [loaded, focus])
  const open = (row: ReferralRow): void => {
    leftBy.set(list, row.id)
    void navigate({ to: address(row) })
  }
  /** From the filter straight into what it found; Escape takes the filter away again. */
  const inFilter = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing || !['ArrowDown', 'Enter', 'Escape'].includes(event.key)) return
    event.preventDefault()
    if (event.key === 'Escape') setFilter('')
    else if (event.key === 'Enter' && rows.length === 1 && rows[0]) open(rows[0])
    else firstRow()?.focus()
  }
  const [empty, cure] = inbox && view !== 'all' && found.length > 0 ? INBOX_EMPTY : EMPTY[list]
  return (
    <div ref={place} className="stack">
      {heading === 'h1' && <PageHead title={t(`worklist.${list}`)}>{tools}</PageHead>}
      <Panel
        flush
        id={`list-${list}`}
        title={t(`worklist.${list}`)}
        count={rows.length}
        tools={
          <>
            {inbox && <InboxTabs rows={answer.data?.rows ?? []} view={view} change={setView} />}
            <TextInput
              ref={box}
              size="xs"
              w={260}
              placeholder={asked}
              aria-label={asked}
              rightSection={<kbd>/</kbd>}
              value={filter}
              onChange={(event) => setFilter(event.currentTarget.value)}
              onKeyDown={inFilter}
            />
          </>
        }
      >
        {answer.isPending && <Loading />}
        {answer.error && !loaded && <Failure error={answer.error} retry={() => void answer.refetch()} />}
        {loaded && rows.length > 0 && (
          <DataTable label={t(`worklist.${list}`)} rows={rows} columns={columns} rowKey={(row) => row.id} onOpen={open} cards />
        )}
        {loaded && rows.length === 0 && (
          <Empty
            title={filter ? t('worklist.emptyFilter', { q: filter }) : t(empty)}
            cure={filter ? t('worklist.emptyFilterCure') : t(cure)}
          />
        )}
      </Panel>
    </div>
  )
}
