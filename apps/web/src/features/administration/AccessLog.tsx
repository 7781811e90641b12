import { Button, TextInput } from '@mantine/core'
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
  patients?: string[]
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
  if (!roots.last) return <p>{t('access.noRoots')}</p>
  const { deposited, missing, unasked } = roots
  return (
    <p>
      {deposited ? t('access.rootsHeld', { day: deposited.day, by: deposited.heldBy }) : t('access.rootsOnlyHere', { day: roots.last })}
      {missing.length > 0 && ` ${t('access.rootsMissing', { days: missing.slice(0, 14).join(', ') })}`}
      {unasked && ` ${t('access.rootsUnasked')}`}
    </p>
  )
}

function useColumns(): Column<AuditRow>[] {
  const { t, i18n } = useTranslation()
  return useMemo(() => {
    /** A code of the log in words; codes without words are shown as they are. */
    const word = (group: 'auditAction' | 'purpose' | 'roles', code: string): string =>
      i18n.exists(`${group}.${code}`) ? i18n.t(`${group}.${code}` as 'auditAction.read') : code
    const what = (row: AuditRow): string => [row.type, row.id].filter(Boolean).join('/')
    return [
      { id: 'at', header: t('access.at'), width: 142, value: (row) => row.at, cell: (row) => when(row.at) },
      {
        id: 'who',
        header: t('access.who'),
        width: '20%',
        value: (row) => row.callerName ?? row.caller,
        title: (row) => row.caller,
        cell: (row) => <span className="strong">{row.callerName ?? row.caller}</span>,
      },
      { id: 'role', header: t('access.role'), width: 132, cell: (row) => word('roles', row.role) },
      { id: 'action', header: t('access.action'), width: 130, value: (row) => row.action, cell: (row) => word('auditAction', row.action) },
      {
        id: 'what',
        header: t('access.what'),
        title: what,
        cell: (row) => {
          const [patient, ...others] = row.patients ?? []
          if (!patient || others.length > 0) return what(row)
          return (
            <Link to="/patients/$id/access" params={{ id: patient }} title={t('access.ofPatient')}>
              {what(row) || t('access.ofPatient')}
            </Link>
          )
        },
      },
      { id: 'purpose', header: t('access.purpose'), width: 146, cell: (row) => word('purpose', row.purpose) },
      { id: 'reason', header: t('access.reason'), width: '14%', cell: (row) => row.reason ?? '', title: (row) => row.reason },
      {
        id: 'outcome',
        header: t('access.outcome'),
        width: 96,
        cell: (row) => (
          <Badge tone={['ok', 'success'].includes(row.outcome) ? 'green' : 'red'}>
            {['ok', 'success'].includes(row.outcome) ? t('access.allowed') : row.outcome}
          </Badge>
        ),
      },
    ]
  }, [t, i18n])
}

/** Who did what, newest first, of one patient or of the whole site. */
export function AccessLog({ patient }: { patient?: string }) {
  const { t } = useTranslation()
  const [filter, setFilter] = useState('')
  const box = useRef<HTMLInputElement>(null)
  const columns = useColumns()
  const log = useQuery({
    queryKey: ['audit', patient ?? ''],
    queryFn: ({ signal }) =>
      api<{ rows: AuditRow[] }>(`/fhir/AuditEvent/$list?limit=500${patient ? `&patient=${encodeURIComponent(patient)}` : ''}`, { signal }),
  })
  useActionHandler('list.filter', () => box.current?.focus())
  const words = fold(filter).split(/\s+/).filter(Boolean)
  const rows = (log.data?.rows ?? []).filter((row) => {
    const text = fold([row.callerName, row.caller, row.role, row.action, row.type, row.id, row.reason].join(' '))
    return words.every((word) => text.includes(word))
  })
  return (
    <Panel
      id="access-log"
      flush
      title={t('access.list')}
      count={rows.length}
      tools={
        <TextInput
          ref={box}
          w={260}
          placeholder={t('access.filter')}
          aria-label={t('access.filter')}
          rightSection={<kbd>/</kbd>}
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
        />
      }
    >
      {log.isPending && <Loading />}
      {log.error && <Failure error={log.error} retry={() => void log.refetch()} />}
      {log.data && rows.length === 0 && <Empty title={t('access.none')} />}
      {rows.length > 0 && (
        <div className="capped" style={{ maxHeight: 'calc(100vh - 210px)' }}>
          <DataTable label={t('access.list')} rows={rows} columns={columns} rowKey={(row) => row.seq} />
        </div>
      )}
    </Panel>
  )
}
