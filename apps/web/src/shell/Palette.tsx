import '@mantine/core/styles/List.css'
import '@mantine/spotlight/styles.css'
import { useDebouncedValue } from '@mantine/hooks'
import { Spotlight, type SpotlightActionData, spotlight } from '@mantine/spotlight'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useActions } from '../actions/context.tsx'
import { nameOf } from '../actions/list.ts'
import { looksLikeCode, openScan } from '../actions/scan.ts'
import { may, useSession } from '../data/session.tsx'
import { useFind } from '../features/registration/queries.ts'
import { day, fold } from '../ui/format.ts'
import { IconScan, IconSearch } from '../ui/icons.ts'

/** Ctrl K: every action of the list, and every patient, from one box. */
export default function Palette({ close }: { close(): void }) {
  const { t } = useTranslation()
  const session = useSession()
  const navigate = useNavigate()
  const { actions, run } = useActions()
  const [query, setQuery] = useState('')
  const [asked] = useDebouncedValue(query.trim(), 180)
  const people = useFind(session.site.role === 'facility' && may(session, 'patient.find') && !looksLikeCode(asked) ? asked : '')
  useEffect(() => spotlight.open(), [])
  const listed: SpotlightActionData[] = actions
    .filter((action) => action.id !== 'app.palette' && action.id !== 'list.filter')
    .map((action) => ({
      id: action.id,
      label: nameOf(action, t),
      leftSection: action.icon && <action.icon size={17} aria-hidden />,
      rightSection: action.keys && <kbd>{action.keys}</kbd>,
      onClick: () => run(action),
    }))
  const code: SpotlightActionData[] =
    looksLikeCode(query) && actions.some((action) => action.id === 'referral.scan')
      ? [{ id: 'scan', label: t('scan.title'), leftSection: <IconScan size={17} aria-hidden />, onClick: () => openScan(query) }]
      : []
  const found: SpotlightActionData[] = (people.data?.rows ?? []).slice(0, 8).map((row) => ({
    id: row.id,
    label: row.name,
    description: [day(row.birthDate), t(`sex.${row.sex}`), row.mrn, row.citizenId, row.card].filter(Boolean).join(' · '),
    onClick: () => void navigate({ to: '/patients/$id', params: { id: row.id } }),
  }))
  return (
    <Spotlight
      actions={[
        { group: t('scan.label'), actions: code },
        { group: t('find.results'), actions: found },
        { group: t('app.menu'), actions: listed },
      ]}
      query={query}
      onQueryChange={setQuery}
      onSpotlightClose={close}
      shortcut={null}
      transitionProps={{ duration: 0 }}
      scrollable
      overlayProps={{ blur: 0, backgroundOpacity: 0.35 }}
      attributes={{ content: { 'aria-label': t('actions.palette') } }}
      maxHeight={420}
      nothingFound={t('app.notFound')}
      searchProps={{ leftSection: <IconSearch size={17} aria-hidden />, placeholder: t('app.search'), 'aria-label': t('app.search') }}
      filter={(asking, all) => {
        const words = fold(asking).split(/\s+/).filter(Boolean)
        // A group without entries would count as something found, and the box would stand empty without a word.
        return all
          .map((item) =>
            'actions' in item && item.group === t('app.menu')
              ? { ...item, actions: item.actions.filter((a) => words.every((word) => ` ${fold(a.label ?? '')}`.includes(` ${word}`))) }
              : item,
          )
          .filter((item) => !('actions' in item) || item.actions.length > 0)
      }}
    />
  )
}
