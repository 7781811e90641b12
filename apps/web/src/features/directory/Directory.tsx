import { TextInput } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useActionHandler } from '../../actions/context.tsx'
import type { DirectoryAnswer, RegisterRow } from '../../data/contracts.ts'
import { api } from '../../data/http.ts'
import { Badge } from '../../ui/Badge.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { when } from '../../ui/format.ts'
import { Empty, Failure, Loading, Nothing } from '../../ui/Notice.tsx'
import { PageHead, Panel } from '../../ui/Panel.tsx'
import styles from './directory.module.css'
import { FacilityDetail } from './FacilityDetail.tsx'
import { FacilityState } from './FacilityState.tsx'

const route = getRouteApi('/directory')

function useRegister(q: string, code: string | undefined) {
  const query = new URLSearchParams({ q, ...(code ? { code } : {}) }).toString()
  return useQuery({
    queryKey: ['register', query],
    queryFn: ({ signal }) => api<DirectoryAnswer>(`/fhir/Organization/$register?${query}`, { signal }),
    placeholderData: keepPreviousData,
  })
}

function useColumns(): Column<RegisterRow>[] {
  const { t } = useTranslation()
  return [
    { id: 'code', header: t('directory.code'), width: 62, value: (r) => r.code, cell: (r) => r.code },
    {
      id: 'name',
      header: t('directory.name'),
      value: (r) => r.name,
      title: (r) => [r.name, ...r.otherNames].join(' · '),
      cell: (r) => (
        <>
          {r.name}{' '}
          {r.demoCode && (
            <Badge tone="amber" title={t('directory.demoCodeHint')}>
              {t('directory.demoCode')}
            </Badge>
          )}
          {r.otherNames.length > 0 && <small className={styles.others}>{r.otherNames.join(' · ')}</small>}
        </>
      ),
    },
    {
      id: 'state',
      header: t('directory.state'),
      width: 130,
      value: (r) => `${r.becomes ?? ''}${r.suspended}${r.active}`,
      cell: (r) => <FacilityState row={r} />,
    },
  ]
}

/** Looking a facility up by its code or by any name it has had; the chosen one stands beside with its history. */
export default function Directory() {
  const { t } = useTranslation()
  const { code } = route.useSearch()
  const navigate = useNavigate()
  const [typed, setTyped] = useState('')
  const box = useRef<HTMLInputElement>(null)
  useActionHandler('list.filter', () => box.current?.focus())
  const asked = useRegister(typed.trim(), code)
  const columns = useColumns()
  const rows = asked.data?.rows ?? []
  const detail = asked.data?.detail
  return (
    <>
      <PageHead title={t('directory.title')} note={asked.data?.asOf ? t('directory.asOf', { at: when(asked.data.asOf) }) : undefined}>
        <TextInput
          ref={box}
          className={styles.search}
          size="xs"
          autoFocus
          placeholder={t('directory.search')}
          aria-label={t('directory.search')}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      </PageHead>
      {asked.error && <Failure error={asked.error} retry={() => void asked.refetch()} />}
      <div className={styles.split}>
        <Panel flush id="facilities" title={t('directory.list')} count={rows.length}>
          {asked.isPending && <Loading />}
          {asked.data && rows.length === 0 && <Empty title={t('directory.empty')} cure={t('directory.emptyCure')} />}
          {rows.length > 0 && (
            <DataTable
              label={t('directory.list')}
              rows={rows}
              columns={columns}
              rowKey={(r) => r.code}
              onOpen={(r) => void navigate({ to: '/directory', search: { code: r.code } })}
              {...(code ? { marked: code } : {})}
            />
          )}
          {asked.data?.more && <Nothing>{t('directory.more')}</Nothing>}
        </Panel>
        {detail && detail.code === code ? <FacilityDetail detail={detail} /> : <Empty title={t('directory.choose')} />}
      </div>
    </>
  )
}
