import { TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useActionHandler } from '../../actions/context.tsx'
import { looksLikeCode, openScan } from '../../actions/scan.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import { Badge } from '../../ui/Badge.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { day } from '../../ui/format.ts'
import { IconSearch } from '../../ui/icons.ts'
import { Alert, Empty, Failure, Loading } from '../../ui/Notice.tsx'
import { PageHead, Panel } from '../../ui/Panel.tsx'
import { possibleDuplicates } from './duplicates.ts'
import { type FoundPatient, isCardCode, useFind } from './queries.ts'

function useColumns(doubled: Set<string>): Column<FoundPatient>[] {
  const { t } = useTranslation()
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('find.name'),
        width: '22%',
        value: (row) => row.name,
        title: (row) => row.name,
        cell: (row) => (
          <>
            <Link to="/patients/$id" params={{ id: row.id }} className="strong">
              {row.name}
            </Link>{' '}
            {doubled.has(row.id) && (
              <Badge tone="amber" title={t('find.duplicateHint')}>
                {t('find.duplicate')}
              </Badge>
            )}
          </>
        ),
      },
      { id: 'birth', header: t('find.birth'), width: 92, value: (row) => row.birthDate, cell: (row) => day(row.birthDate) },
      { id: 'sex', header: t('find.sex'), width: 60, cell: (row) => t(`sex.${row.sex}`) },
      { id: 'mrn', header: t('find.mrn'), width: 110, value: (row) => row.mrn ?? '', cell: (row) => row.mrn ?? '' },
      { id: 'cccd', header: t('find.citizenId'), width: 118, cell: (row) => row.citizenId ?? '' },
      { id: 'card', header: t('find.card'), width: 152, cell: (row) => row.card ?? '' },
      { id: 'phone', header: t('find.phone'), width: 96, cell: (row) => row.phone ?? '' },
      { id: 'address', header: t('find.address'), cell: (row) => row.address ?? '', title: (row) => row.address },
      {
        id: 'why',
        header: t('find.why'),
        width: 150,
        cell: (row) => (
          <span className="row" style={{ gap: 4, flexWrap: 'nowrap' }}>
            {row.why.map((reason) => (
              <Badge key={reason} tone="green">
                {t(`why.${reason}`)}
              </Badge>
            ))}
          </span>
        ),
      },
    ],
    [t, doubled],
  )
}

/** Longer than any name or number: a code on its way in. */
const LONGEST = 120

/** One box for every way a person can be found. */
export default function FindPatient() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { q = '' } = useSearch({ from: '/patients' })
  const box = useRef<HTMLInputElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const [text, setText] = useState(q)
  const [asked] = useDebouncedValue(text.trim(), 200)
  const found = useFind(asked)
  const rows = useMemo(() => found.data?.rows ?? [], [found.data])
  const card = asked.length >= 2 ? found.data?.card : undefined
  const slips = (asked.length >= 2 && found.data?.slips) || []
  const doubled = useMemo(() => possibleDuplicates(rows), [rows])
  const columns = useColumns(doubled)
  const open = (row: FoundPatient): void => void navigate({ to: '/patients/$id', params: { id: row.id } })
  useActionHandler('list.filter', () => box.current?.focus())
  useEffect(() => {
    void navigate({ to: '/patients', search: asked && !isCardCode(asked) ? { q: asked } : {}, replace: true })
  }, [asked, navigate])
  // A scanner types a slip's code wherever the cursor stands; nobody searches for that.
  const type = (input: HTMLInputElement): void => {
    if (!looksLikeCode(input.value)) setText(input.value.length > LONGEST && !isCardCode(input.value) ? '' : input.value)
  }
  const onKey = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter' && looksLikeCode(event.currentTarget.value)) {
      event.preventDefault()
      openScan(event.currentTarget.value)
      event.currentTarget.value = ''
      setText('')
      return
    }
    if (event.key === 'ArrowDown') list.current?.querySelector<HTMLElement>('tr[data-row]')?.focus()
    else if (event.key === 'Enter' && rows[0] && text.trim() === asked && !found.isFetching) open(rows[0])
    else return
    event.preventDefault()
  }
  return (
    <>
      <PageHead title={t('find.title')}>
        <ActionButton id="referral.scan" />
      </PageHead>
      <Panel>
        <TextInput
          ref={box}
          label={t('find.label')}
          description={t('find.hint')}
          placeholder={t('find.placeholder')}
          size="sm"
          leftSection={<IconSearch size={16} aria-hidden />}
          defaultValue={q}
          onChange={(event) => type(event.currentTarget)}
          onKeyDown={onKey}
          autoFocus
          autoComplete="off"
          spellCheck={false}
        />
      </Panel>
      {card && (
        <Alert tone="blue">
          <span className="strong">
            {t('find.cardSays', { name: card.name, birth: day(card.birthDate), number: card.citizenId ?? card.card?.number ?? '' })}
          </span>{' '}
          {rows.length === 0 && t('find.cardUnknown')}
        </Alert>
      )}
      {slips.length > 0 && (
        <Panel title={t('find.slips')}>
          {slips.map((slip) => (
            <div key={slip.id} className="row">
              <Link to="/referrals/$id" params={{ id: slip.id }} className="strong">
                {slip.number}
              </Link>
              <span>{t('find.slipOf', { name: slip.name, from: slip.from, to: slip.to })}</span>
            </div>
          ))}
        </Panel>
      )}
      {found.error && <Failure error={found.error} retry={() => void found.refetch()} />}
      {asked.length >= 2 && found.isPending && <Loading />}
      {found.data && asked.length >= 2 && (
        <div ref={list} aria-live="polite" aria-busy={found.isFetching}>
          <Panel title={t('find.results')} count={rows.length} flush tools={<span className="soft">{t('find.hintKeys')}</span>}>
            {rows.length > 0 ? (
              <DataTable label={t('find.results')} rows={rows} columns={columns} rowKey={(row) => row.id} onOpen={open} />
            ) : (
              <Empty title={t('find.none', { q: card ? card.name : asked })} cure={t('find.noneCure')} />
            )}
          </Panel>
        </div>
      )}
    </>
  )
}
