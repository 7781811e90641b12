import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ExchangeSettleRequest, MessageStory } from '../../data/contracts.ts'
import { may, useSession } from '../../data/session.tsx'
import { useAttempt } from '../../ui/attempt.ts'
import { Badge } from '../../ui/Badge.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { shortWhen, when } from '../../ui/format.ts'
import { Alert, Failure, Loading, Nothing } from '../../ui/Notice.tsx'

import { Panel } from '../../ui/Panel.tsx'
import { ReasonDialog } from '../referral/ReasonDialog.tsx'
import styles from './exchange.module.css'
import { useMessage, useSettle } from './queries.ts'
import { cureWords, stateTone, useWhat, whatToDo, whyWords } from './words.ts'

const HOW = ['sent-again', 'on-paper', 'void', 'closed'] as const

/** What a person can do about a dead letter; each asks why, and is kept. */
function Settle({ story }: { story: MessageStory }) {
  const { t } = useTranslation()
  const settle = useSettle()
  const attempt = useAttempt()
  const [how, setHow] = useState<ExchangeSettleRequest['how']>()
  const { row } = story
  const offered = HOW.filter((one) => row.direction === 'out' || one === 'closed')
  return (
    <div className="row">
      {row.referral && (
        <Button component={Link} to={`/referrals/${row.referral.id}`} size="compact-sm">
          {t('exchange.openReferral')}
        </Button>
      )}
      {offered.map((one) => (
        <Button key={one} size="compact-sm" variant="default" onClick={() => setHow(one)}>
          {t(`exchange.settle.${one}`)}
        </Button>
      ))}
      {how && (
        <ReasonDialog
          title={t('exchange.settle.title', { number: row.number })}
          label={t('exchange.settle.reason')}
          confirm={t(`exchange.settle.${how}`)}
          close={() => setHow(undefined)}
          done={(reason) => attempt(() => settle.mutateAsync({ key: row.key, how, reason }), t('exchange.settle.done'))}
        />
      )}
    </div>
  )
}

function Line({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div className={styles.line}>
      <span>{label}</span>
      <span>{children}</span>
    </div>
  )
}

function Way({ story }: { story: MessageStory }) {
  const { t } = useTranslation()
  const { row } = story
  const place = row.direction === 'in' && row.place === 'here' ? t('exchange.placesIn.here') : t(`exchange.places.${row.place}`)
  return (
    <Panel id="story-way" title={t('exchange.story.title')}>
      <Line label={t('exchange.columns.number')}>
        {row.number} · {row.other.name} ({row.other.code})
      </Line>
      {row.referral && (
        <Line label={t('exchange.columns.patient')}>
          <Link to="/referrals/$id" params={{ id: row.referral.id }}>
            {row.referral.patient}
          </Link>
        </Line>
      )}
      <Line label={t(row.direction === 'out' ? 'exchange.story.queued' : 'exchange.story.told')}>{when(row.createdAt)}</Line>
      {story.ackedAt && row.state === 'acked' && <Line label={t('exchange.story.acked')}>{when(story.ackedAt)}</Line>}
      {row.state === 'taken' && <Line label={t('exchange.story.taken')}>{when(row.since)}</Line>}
      <Line label={t('exchange.columns.place')}>
        <Badge tone={stateTone(row)}>{place}</Badge>
      </Line>
      {row.nextTry && <Line label={t('exchange.columns.next')}>{when(row.nextTry)}</Line>}
      {story.cursor && <Line label={t('exchange.story.cursor')}>{story.cursor}</Line>}
      {row.direction === 'out' && <Line label={t('exchange.story.key')}>{row.key.slice(4)}</Line>}
    </Panel>
  )
}

function Tries({ story }: { story: MessageStory }) {
  const { t } = useTranslation()
  return (
    <Panel id="story-tries" title={t('exchange.story.tries')}>
      {story.tries.length === 0 && <Nothing>{t('exchange.story.noTries')}</Nothing>}
      {story.tries.map((one) => (
        <div key={one.code} className="stack" style={{ gap: 2, paddingBottom: 6 }}>
          <span className="strong">{whyWords(one)}</span>
          <span className="soft">
            {one.times === 1
              ? t('exchange.story.once', { first: when(one.first) })
              : t('exchange.story.times', { n: one.times, first: when(one.first), last: when(one.last) })}
            {' · '}
            <code>{one.code}</code>
          </span>
          {cureWords(one) && (
            <span>
              {t('exchange.story.cure')}: {cureWords(one)}
            </span>
          )}
        </div>
      ))}
    </Panel>
  )
}

function Letters({ story }: { story: MessageStory }) {
  const { t } = useTranslation()
  const settled = story.letters.filter((l) => l.settled)
  if (settled.length === 0) return null
  return (
    <Panel id="story-letters" title={t('exchange.story.letters')}>
      {settled.map((l) => (
        <Line key={l.at} label={when(l.settled?.at)}>
          {t(`exchange.causes.${l.cause}`)} → {l.settled && t(`exchange.settled.${l.settled.how}`)}
          {l.settled?.by && ` · ${l.settled.by}`}
          {l.settled?.reason && ` · ${l.settled.reason}`}
        </Line>
      ))}
    </Panel>
  )
}

/** One message from the queue to the chart at the other end, with every failed try and what people did. */
export function Story({ id, close }: { id: string; close(): void }) {
  const { t } = useTranslation()
  const session = useSession()
  const acts = may(session, 'exchange.act')
  const what = useWhat()
  const story = useMessage(id)
  const row = story.data?.row
  return (
    <Dialog
      close={close}
      size="xl"
      title={row ? <span className="strong">{`${what(row)} · ${row.number}`}</span> : t('exchange.story.title')}
    >
      {story.isPending && <Loading />}
      {story.error && <Failure error={story.error} retry={() => void story.refetch()} />}
      {story.data && row && (
        <div className="stack">
          {row.letter && (
            <Alert tone="red">
              <div className="stack">
                <strong>{t(`exchange.causes.${row.letter.cause}`)}</strong>
                <span>{t('exchange.assigned', { role: t(`roles.${row.letter.role}`), at: when(row.letter.at) })}</span>
                <span>{t(whatToDo(row.letter))}</span>
                {acts && row.letter.role === session.user.role && <Settle story={story.data} />}
              </div>
            </Alert>
          )}
          <Way story={story.data} />
          <Tries story={story.data} />
          <Letters story={story.data} />
          <Panel id="story-thread" title={t('exchange.story.thread')}>
            {story.data.thread.length === 0 && <Nothing>{t('exchange.story.alone')}</Nothing>}
            {story.data.thread.map((one) => (
              <Line key={one.key} label={shortWhen(one.createdAt)}>
                {what(one)} <Badge tone={stateTone(one)}>{t(`exchange.states.${one.state}`)}</Badge>
              </Line>
            ))}
          </Panel>
        </div>
      )}
    </Dialog>
  )
}
