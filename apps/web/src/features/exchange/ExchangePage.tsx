import { getRouteApi } from '@tanstack/react-router'
import { type KeyboardEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { may, useSession } from '../../data/session.tsx'
import { Failure, Loading } from '../../ui/Notice.tsx'
import { PageHead } from '../../ui/Panel.tsx'
import { Alerts } from './Alerts.tsx'
import { DemoSwitches } from './DemoSwitches.tsx'
import styles from './exchange.module.css'
import { SiteFigures } from './Figures.tsx'
import { Messages } from './Messages.tsx'
import { useAlerts, useExchangeState } from './queries.ts'
import { Reconcile } from './Reconcile.tsx'
import { Replays } from './Replays.tsx'
import { Standing } from './Standing.tsx'
import { Story } from './Story.tsx'

const TABS = ['letters', 'out', 'in', 'replays', 'alerts'] as const
type Tab = (typeof TABS)[number]

const route = getRouteApi('/exchange')

/** Left and right walk the tabs, as in every list of tabs. */
function walk(event: KeyboardEvent<HTMLButtonElement>): void {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
  if (!step) return
  const tabs = [...(event.currentTarget.parentElement?.querySelectorAll('button') ?? [])]
  const next = tabs[(tabs.indexOf(event.currentTarget) + step + tabs.length) % tabs.length]
  next?.focus()
  next?.click()
}

/** Every message of this facility: where it is, since when and why, and what a person can do about it. */
export function ExchangePage() {
  const { t } = useTranslation()
  const navigate = route.useNavigate()
  const session = useSession()
  const state = useExchangeState()
  const alerts = useAlerts().data?.open.length ?? 0
  const asked = route.useSearch().tab as Tab | undefined
  // Where the page began it stays: the list in which somebody settles the last letter is not taken away from under them.
  const begun = useRef<Tab>(undefined)
  if (state.data) begun.current ??= state.data.letters > 0 ? 'letters' : 'out'
  const tab: Tab = asked && TABS.includes(asked) ? asked : (begun.current ?? 'out')
  const [story, setStory] = useState<string>()
  const counts: Partial<Record<Tab, number>> = { letters: state.data?.letters, out: state.data?.waiting, in: state.data?.parked, alerts }
  return (
    <>
      <PageHead title={t('exchange.title')}>
        <a href="/status" target="_blank" rel="noreferrer">
          {t('exchange.publicPage')}
        </a>
      </PageHead>
      {state.isPending && <Loading lines={2} />}
      {state.error && !state.data && <Failure error={state.error} retry={() => void state.refetch()} />}
      {may(session, 'site.status') && <Standing quiet />}
      {state.data && <SiteFigures state={state.data} />}
      <div className={styles.tabs} role="tablist" aria-label={t('exchange.title')}>
        {TABS.map((id) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`tab-${id}`}
            aria-selected={tab === id}
            aria-controls="exchange-tab"
            tabIndex={tab === id ? 0 : -1}
            onKeyDown={walk}
            onClick={() => void navigate({ search: { tab: id }, replace: true })}
          >
            {t(`exchange.tabs.${id}`)}
            {Boolean(counts[id]) && <b data-tone={id === 'letters' ? 'red' : undefined}>{counts[id]}</b>}
          </button>
        ))}
      </div>
      <div id="exchange-tab" role="tabpanel" aria-labelledby={`tab-${tab}`}>
        {tab === 'letters' && <Messages key="letters" direction="" fixed="letters" open={setStory} />}
        {tab === 'out' && <Messages key="out" direction="out" open={setStory} />}
        {tab === 'in' && <Messages key="in" direction="in" open={setStory} />}
        {tab === 'replays' && <Replays />}
        {tab === 'alerts' && <Alerts />}
      </div>
      <Reconcile />
      <DemoSwitches />
      {story && <Story id={story} close={() => setStory(undefined)} />}
    </>
  )
}
