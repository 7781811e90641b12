import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AlertView } from '../../data/contracts.ts'
import { may, useSession } from '../../data/session.tsx'
import { say } from '../../text/index.ts'
import { useAttempt } from '../../ui/attempt.ts'
import { Badge } from '../../ui/Badge.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { shortWhen, when } from '../../ui/format.ts'
import { Empty, Failure, Loading } from '../../ui/Notice.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { ReasonDialog } from '../referral/ReasonDialog.tsx'
import { useAlertStory, useAlerts, useClearAlert } from './queries.ts'

const TONE = { error: 'red', warning: 'amber', information: 'blue' } as const

function useColumns(act?: (a: AlertView) => void): Column<AlertView>[] {
  const { t } = useTranslation()
  return [
    {
      id: 'what',
      header: t('exchange.alerts.what'),
      cell: (a) => (
        <div className="stack" style={{ gap: 2 }}>
          <span>
            <Badge tone={a.cleared ? 'grey' : TONE[a.severity]}>{t(`roles.${a.role}`)}</Badge> <span className="strong">{say(a)}</span>
          </span>
          {!a.cleared && a.cure && <span className="soft">{say(a.cure)}</span>}
        </div>
      ),
    },
    { id: 'from', header: t('exchange.alerts.from'), width: 100, title: (a) => when(a.since), cell: (a) => shortWhen(a.since) },
    act
      ? {
          id: 'act',
          header: t('exchange.action'),
          width: 110,
          cell: (a) => (
            <Button size="compact-xs" variant="default" onClick={() => act(a)}>
              {t('exchange.alerts.clear')}
            </Button>
          ),
        }
      : {
          id: 'to',
          header: t('exchange.alerts.to'),
          width: 260,
          cell: (a) =>
            a.cleared
              ? `${shortWhen(a.cleared.at)} · ${a.cleared.by ? `${t('exchange.alerts.clearedBy')}: ${a.cleared.why}` : t('exchange.alerts.cleared')}`
              : '',
        },
  ]
}

/** What is open with what to do about it, and what the last 30 days brought. */
export function Alerts() {
  const { t } = useTranslation()
  const acts = may(useSession(), 'exchange.act')
  const open = useAlerts()
  const story = useAlertStory()
  const clear = useClearAlert()
  const attempt = useAttempt()
  const [chosen, setChosen] = useState<AlertView>()
  const openColumns = useColumns(acts ? setChosen : undefined)
  const storyColumns = useColumns()
  const past = (story.data?.rows ?? []).filter((a) => a.cleared)
  const rows = open.data?.open ?? []
  return (
    <div className="stack">
      <Panel flush id="alerts-open" title={t('exchange.alerts.open')} count={rows.length}>
        {open.isPending && <Loading lines={2} />}
        {open.error && !open.data && <Failure error={open.error} retry={() => void open.refetch()} />}
        {rows.length > 0 && <DataTable label={t('exchange.alerts.open')} rows={rows} columns={openColumns} rowKey={(a) => a.id} wrap />}
        {open.data && rows.length === 0 && <Empty title={t('exchange.alerts.none')} cure={t('exchange.alerts.noneCure')} />}
      </Panel>
      {past.length > 0 && (
        <Panel flush id="alerts-story" title={t('exchange.alerts.story')} count={past.length}>
          <DataTable label={t('exchange.alerts.story')} rows={past} columns={storyColumns} rowKey={(a) => a.id} wrap />
        </Panel>
      )}
      {chosen && (
        <ReasonDialog
          title={say(chosen)}
          label={t('exchange.settle.reason')}
          confirm={t('exchange.alerts.clear')}
          close={() => setChosen(undefined)}
          done={(reason) => attempt(() => clear.mutateAsync({ kind: chosen.kind, subject: chosen.subject, reason }))}
        />
      )}
    </div>
  )
}
