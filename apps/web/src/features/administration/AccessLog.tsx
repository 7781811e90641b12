import { Button, Checkbox, TextInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useActionHandler } from '../../actions/context.tsx'
import type { Permission } from '../../data/contracts.ts'
import { api, post } from '../../data/http.ts'
import { currentLanguage } from '../../text/index.ts'
import { Badge } from '../../ui/Badge.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { count, fold, when } from '../../ui/format.ts'
import { IconShield } from '../../ui/icons.ts'
import { Alert, Empty, Failure, Loading } from '../../ui/Notice.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { auditAction, auditJob, auditOutcome, purpose, resources } from './audit-words.ts'

/** Only the auditor reads it; reading it is recorded, too. */
export const READS_AUDIT: Permission = 'audit.read'

interface AuditRow {
  seq: string
  at: string
  caller: string
  callerName?: string
  role: string
  purpose: string
  reason?: string
  action: string
  type?: string
  id?: string
  label?: string
  detail?: string
  patients?: string[]
  patientNames?: string[]
  times?: number
  first?: string
  outcome: string
}

interface VerifyAnswer {
  ok: boolean
  seals: number
  rows: number
  problem?: { seal: number; seq?: string; vi: string; en: string }
  roots: {
    first?: string
    last?: string
    deposited?: { day: string; heldBy: string }
    missing: string[]
    differences: { day: string; seal: number; heldBy: string; vi: string; en: string }[]
    unasked?: string
  }
}

/** Checks the whole log and says what came of it. */
export function VerifyButton() {
  const { t } = useTranslation()
  const verify = useMutation({ mutationFn: () => post<VerifyAnswer>('/fhir/AuditEvent/$verify') })
  const answer = verify.data
  const problem = answer?.problem
  return (
    <>
      <Button leftSection={<IconShield size={15} aria-hidden />} loading={verify.isPending} onClick={() => verify.mutate()}>
        {t('access.verify')}
      </Button>
      <div aria-live="polite" style={{ flexBasis: '100%' }}>
        {verify.error && <Failure error={verify.error} />}
        {answer?.ok && (
          <div data-state="valid">
            <Alert tone="green">{t('access.ok', { rows: count(answer.rows), seals: count(answer.seals) })}</Alert>
          </div>
        )}
        {answer && !answer.ok && (
          <div data-state="invalid">
            <Alert tone="red">
              <strong>{t('access.broken')}</strong>
              {problem && (
                <p>
                  {t('access.brokenAt', { seal: problem.seal, seq: problem.seq ?? '—' })}. {problem[currentLanguage()]}
                </p>
              )}
              {answer.roots.differences.map((one) => (
                <p key={`${one.heldBy} ${one.day}`}>{one[currentLanguage()]}</p>
              ))}
            </Alert>
          </div>
        )}
        {answer && <Roots roots={answer.roots} />}
      </div>
    </>
  )
}

/** Which days are proved by somebody else, and which are not. */
function Roots({ roots }: { roots: VerifyAnswer['roots'] }) {
  const { t } = useTranslation()
  if (!roots.last) return <p className="soft">{t('access.noRoots')}</p>
  const { deposited, missing, unasked } = roots
  return (
    <p className="soft">
      {deposited ? t('access.rootsHeld', { day: deposited.day, by: deposited.heldBy }) : t('access.rootsOnlyHere', { day: roots.last })}
      {missing.length > 0 && ` ${t('access.rootsMissing', { days: missing.slice(0, 14).join(', ') })}`}
      {unasked && ` ${t('access.rootsUnasked')}`}
    </p>
  )
}

const WORDS = { auditAction, auditOutcome, auditJob, resources, purpose }
const GOOD = ['ok', 'success']
const SHOWN_PATIENTS = 3

/** Words for the codes of the log; a code without words is shown as it is. */
function useWords() {
  const { t, i18n } = useTranslation()
  return useMemo(() => {
    const lang = i18n.language === 'en' ? 'en' : 'vi'
    const word = (group: keyof typeof WORDS | 'roles', code: string): string => {
      if (group === 'roles') return i18n.exists(`roles.${code}`) ? i18n.t(`roles.${code}` as 'roles.doctor') : code
      return WORDS[group][code]?.[lang] ?? code
    }
    /** A job of the system by what it does, a public page by its name. */
    const who = (row: AuditRow): string => {
      const [kind, job = ''] = row.caller.split(/:(.*)/s)
      if (kind === 'system') return t('access.job', { job: word('auditJob', job.split(':')[0] ?? '') })
      return kind === 'public' ? t('access.public') : (row.callerName ?? row.caller)
    }
    const what = (row: AuditRow): string =>
      [row.type ? word('resources', row.type) : '', row.label ?? ''].filter(Boolean).join(' ') || (row.type ? '' : (row.detail ?? ''))
    return { word, who, what }
  }, [t, i18n])
}

type Words = ReturnType<typeof useWords>

/** Whose record it was: names that lead to everything done with that record. */
function Patients({ row }: { row: AuditRow }) {
  const { t } = useTranslation()
  const ids = row.patients ?? []
  return (
    <>
      {ids.slice(0, SHOWN_PATIENTS).map((id, i) => (
        <span key={id}>
          {i > 0 && ', '}
          <Link to="/patients/$id/access" params={{ id }} title={t('access.ofPatient')}>
            {row.patientNames?.[i] || t('access.nameless')}
          </Link>
        </span>
      ))}
      {ids.length > SHOWN_PATIENTS && ` ${t('access.more', { n: ids.length - SHOWN_PATIENTS })}`}
    </>
  )
}

function useColumns({ word, who, what }: Words): Column<AuditRow>[] {
  const { t } = useTranslation()
  return useMemo(() => {
    /** The thing's own reference, for whoever has to look it up. */
    const reference = (row: AuditRow): string => [[row.type, row.id].filter(Boolean).join('/'), row.detail].filter(Boolean).join(' · ')
    return [
      {
        id: 'at',
        header: t('access.at'),
        width: 180,
        value: (row) => row.at,
        title: (row) =>
          row.first ? t('access.timesFull', { n: row.times ?? 1, first: when(row.first), last: when(row.at) }) : when(row.at),
        cell: (row) => (
          <span className="row" style={{ gap: 6, flexWrap: 'nowrap' }}>
            {when(row.at)}
            {row.times && <Badge tone="grey">{t('access.times', { n: row.times })}</Badge>}
          </span>
        ),
      },
      {
        id: 'who',
        header: t('access.who'),
        width: '20%',
        value: who,
        title: (row) => [who(row), word('roles', row.role), row.caller].join(' · '),
        cell: (row) => (
          <>
            <span className="strong">{who(row)}</span>
            {row.role !== 'system' && <span className="soft"> · {word('roles', row.role)}</span>}
          </>
        ),
      },
      { id: 'action', header: t('access.action'), width: 124, value: (row) => row.action, cell: (row) => word('auditAction', row.action) },
      { id: 'what', header: t('access.what'), width: '14%', title: reference, cell: what },
      { id: 'patients', header: t('access.patients'), title: (row) => row.patientNames?.join(', '), cell: (row) => <Patients row={row} /> },
      {
        id: 'purpose',
        header: t('access.purpose'),
        width: 120,
        title: (row) => word('purpose', row.purpose),
        cell: (row) => word('purpose', row.purpose),
      },
      { id: 'reason', header: t('access.reason'), width: '7%', cell: (row) => row.reason ?? '', title: (row) => row.reason },
      {
        id: 'outcome',
        header: t('access.outcome'),
        width: 96,
        title: (row) => row.outcome,
        cell: (row) => (
          <Badge tone={GOOD.includes(row.outcome) ? 'green' : 'red'}>
            {GOOD.includes(row.outcome) ? t('access.allowed') : word('auditOutcome', row.outcome)}
          </Badge>
        ),
      },
    ]
  }, [t, word, who, what])
}

const MOST = 500

/** Who did what, newest first, of one patient or of the whole site; what a screen asks again and again is one row of its hour. */
export function AccessLog({ patient }: { patient?: string }) {
  const { t } = useTranslation()
  const [filter, setFilter] = useState('')
  const [each, setEach] = useState(false)
  const [onDay, setOnDay] = useState('')
  const box = useRef<HTMLInputElement>(null)
  const words = useWords()
  const columns = useColumns(words)
  const query = new URLSearchParams({
    limit: String(MOST),
    ...(each ? {} : { grouped: '1' }),
    ...(patient ? { patient } : {}),
    ...(onDay ? { from: onDay, to: onDay } : {}),
  })
  const log = useQuery({
    queryKey: ['audit', query.toString()],
    queryFn: ({ signal }) => api<{ rows: AuditRow[]; before?: string; more?: boolean }>(`/fhir/AuditEvent/$list?${query}`, { signal }),
  })
  useActionHandler('list.filter', () => box.current?.focus())
  const typed = fold(filter).split(/\s+/).filter(Boolean)
  const rows = (log.data?.rows ?? []).filter((row) => {
    const names = [words.who(row), row.caller, words.word('roles', row.role), words.word('auditAction', row.action), words.what(row)]
    const text = fold([...names, ...(row.patientNames ?? []), row.id, row.detail, row.reason].join(' '))
    return typed.every((word) => text.includes(word))
  })
  return (
    <Panel
      id="access-log"
      flush
      title={t('access.list')}
      count={rows.length}
      tools={
        <span className="row" style={{ gap: 12, flexWrap: 'nowrap' }}>
          <Checkbox size="xs" label={t('access.each')} checked={each} onChange={(event) => setEach(event.currentTarget.checked)} />
          <TextInput
            type="date"
            size="xs"
            w={140}
            aria-label={t('access.day')}
            title={t('access.day')}
            value={onDay}
            onChange={(event) => setOnDay(event.currentTarget.value)}
          />
          <TextInput
            ref={box}
            size="xs"
            w={270}
            placeholder={t('access.filter')}
            aria-label={t('access.filter')}
            rightSection={<kbd>/</kbd>}
            value={filter}
            onChange={(event) => setFilter(event.currentTarget.value)}
          />
        </span>
      }
    >
      {log.isPending && <Loading />}
      {log.error && <Failure error={log.error} retry={() => void log.refetch()} />}
      {log.data && rows.length === 0 && <Empty title={t('access.none')} cure={t('access.noneCure')} />}
      {rows.length > 0 && (
        <div className="capped" style={{ maxHeight: 'calc(100vh - 210px)' }}>
          <DataTable label={t('access.list')} rows={rows} columns={columns} rowKey={(row) => row.seq} />
        </div>
      )}
      {(log.data?.before || log.data?.more) && (
        <p className="soft" style={{ padding: '6px 12px', margin: 0 }}>
          {t('access.older', { n: MOST })}
        </p>
      )}
    </Panel>
  )
}
