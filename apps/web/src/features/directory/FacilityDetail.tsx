import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import type { RegisterDetail } from '../../data/contracts.ts'
import { Badge } from '../../ui/Badge.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { day } from '../../ui/format.ts'
import { Nothing } from '../../ui/Notice.tsx'
import { Panel } from '../../ui/Panel.tsx'
import ui from '../../ui/ui.module.css'
import { FacilityState } from './FacilityState.tsx'

interface Days {
  from?: string
  until?: string
}

const days = (t: TFunction, { from, until }: Days): string =>
  [from && t('directory.from', { from: day(from) }), until && t('directory.until', { until: day(until) })].filter(Boolean).join(' ') ||
  t('directory.always')

interface Happening extends Days {
  what: string
  source: string
}

/** Names, lists and codes in the order of their days. */
function historyOf(t: TFunction, detail: RegisterDetail): Happening[] {
  const { names, lists, aliases } = detail
  const list = (name: string): string => (name === 'plan' ? t('directory.plan') : name)
  return [
    ...names.map((n) => ({ ...n, what: t('directory.called', { name: n.name }) })),
    ...lists.map((l) => ({ ...l, what: t('directory.listed', { list: list(l.list), name: l.name }) })),
    ...aliases.map((a) => ({ ...a, source: '', what: t('directory.alias', { code: a.code, becomes: a.becomes }) })),
  ].sort((a, b) => ((a.from ?? '') < (b.from ?? '') ? -1 : 1))
}

interface PartProps<T> {
  id: string
  title: string
  none: string
  rows: readonly T[]
  columns: Column<T>[]
  rowKey(row: T): string
  wrap?: boolean
}

function Part<T>({ id, title, none, rows, columns, rowKey, wrap = false }: PartProps<T>) {
  return (
    <Panel flush={rows.length > 0} id={id} title={title} count={rows.length}>
      {rows.length === 0 ? (
        <Nothing>{none}</Nothing>
      ) : (
        <DataTable wrap={wrap} label={title} rows={rows} columns={columns} rowKey={rowKey} />
      )}
    </Panel>
  )
}

type Department = RegisterDetail['departments'][number]
type Person = RegisterDetail['practitioners'][number]
type PublicKey = RegisterDetail['keys'][number]

function useParts(): {
  history: Column<Happening>[]
  departments: Column<Department>[]
  people: Column<Person>[]
  keys: Column<PublicKey>[]
} {
  const { t } = useTranslation()
  const period = <T extends Days>(): Column<T> => ({
    id: 'days',
    header: t('directory.days'),
    width: 210,
    value: (row) => row.from ?? '',
    cell: (row) => days(t, row),
  })
  return {
    history: [
      { id: 'what', header: t('directory.what'), title: (h) => h.what, cell: (h) => h.what },
      period(),
      {
        id: 'source',
        header: t('directory.source'),
        width: 150,
        title: (h) => h.source,
        cell: (h) => <span className="soft">{h.source}</span>,
      },
    ],
    departments: [
      { id: 'code', header: t('directory.code'), width: 80, value: (d) => d.code, cell: (d) => d.code },
      { id: 'name', header: t('directory.department'), value: (d) => d.name, title: (d) => d.name, cell: (d) => d.name },
      period(),
    ],
    people: [
      { id: 'licence', header: t('directory.licence'), width: 150, value: (p) => p.licence, cell: (p) => p.licence },
      { id: 'name', header: t('directory.person'), value: (p) => p.name, title: (p) => p.name, cell: (p) => p.name },
      { id: 'title', header: t('directory.role'), width: 120, value: (p) => p.title, title: (p) => p.title, cell: (p) => p.title },
      { id: 'department', header: t('directory.department'), width: 70, value: (p) => p.department, cell: (p) => p.department },
      period(),
    ],
    keys: [
      { id: 'kind', header: t('directory.keyKind'), width: 150, value: (k) => k.kind, cell: (k) => t(`directory.${k.kind}`) },
      { id: 'kid', header: t('directory.key'), title: (k) => k.kid, cell: (k) => <code>{k.kid}</code> },
      {
        id: 'days',
        header: t('directory.days'),
        width: 210,
        cell: (k) => (k.revoked ? <Badge tone="red">{t('directory.revoked', { on: day(k.revoked) })}</Badge> : days(t, k)),
      },
    ],
  }
}

/** One facility as the register knows it. */
export function FacilityDetail({ detail }: { detail: RegisterDetail }) {
  const { t } = useTranslation()
  const columns = useParts()
  const facts = [
    [t('directory.code'), detail.code],
    [t('directory.state'), <FacilityState key="state" row={detail} />],
    [t('directory.level'), detail.level || '—'],
    [t('directory.managingBody'), detail.managingBody || '—'],
    [t('directory.valid'), days(t, { from: detail.validFrom ?? '', until: detail.validUntil ?? '' })],
  ] as const
  return (
    <div className="stack">
      <Panel
        id="facility"
        title={detail.name}
        tools={
          detail.demoCode && (
            <Badge tone="amber" title={t('directory.demoCodeHint')}>
              {t('directory.demoCode')}
            </Badge>
          )
        }
      >
        <dl className={ui.facts}>
          {facts.map(([label, value]) => (
            <div key={label} style={{ display: 'contents' }}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </Panel>
      <Part
        wrap
        id="history"
        title={t('directory.history')}
        none={t('directory.noHistory')}
        rows={historyOf(t, detail)}
        columns={columns.history}
        rowKey={(h) => `${h.what}${h.from}`}
      />
      <Part
        id="departments"
        title={t('directory.departments')}
        none={t('directory.noDepartments')}
        rows={detail.departments}
        columns={columns.departments}
        rowKey={(d) => `${d.code}${d.from}`}
      />
      <Part
        id="practitioners"
        title={t('directory.practitioners')}
        none={t('directory.noPractitioners')}
        rows={detail.practitioners}
        columns={columns.people}
        rowKey={(p) => `${p.licence}${p.department}${p.from}`}
      />
      <Part
        id="keys"
        title={t('directory.keys')}
        none={t('directory.noKeys')}
        rows={detail.keys}
        columns={columns.keys}
        rowKey={(k) => `${k.kind}${k.kid}`}
      />
    </div>
  )
}
