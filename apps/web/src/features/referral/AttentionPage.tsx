import { Button, SegmentedControl, Textarea } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ctrlEnterSends } from '../../actions/keys.ts'
import { type AttentionRow, EVENT_TEXT, STATES } from '../../data/contracts.ts'
import { say } from '../../text/index.ts'
import { Badge } from '../../ui/Badge.tsx'
import { day, when } from '../../ui/format.ts'
import { Empty, Failure, Loading, useFailure } from '../../ui/Notice.tsx'
import { done, refused } from '../../ui/notify.ts'
import { PageHead, Panel } from '../../ui/Panel.tsx'
import { useAttention, useFacilities, useSettle } from './queries.ts'
import styles from './referral.module.css'

/** What a person must look at: each with what was recorded here and what the hub has, until somebody settles it. */
export default function AttentionPage() {
  const { t } = useTranslation()
  const [state, setState] = useState<'open' | 'settled'>('open')
  const answer = useAttention(state)
  const rows = answer.data?.rows ?? []
  return (
    <>
      <PageHead title={t('attention.title')} note={t('attention.note')}>
        <SegmentedControl
          size="xs"
          aria-label={t('attention.which')}
          value={state}
          onChange={(value) => setState(value as 'open' | 'settled')}
          data={[
            { value: 'open', label: t('attention.open') },
            { value: 'settled', label: t('attention.settled') },
          ]}
        />
      </PageHead>
      {answer.isPending && <Loading />}
      {answer.error && <Failure error={answer.error} retry={() => void answer.refetch()} />}
      {answer.data && rows.length === 0 && <Empty title={t(`attention.none.${state}`)} cure={t(`attention.noneCure.${state}`)} />}
      <div className="stack">
        {rows.map((row) => (
          <Matter key={row.id} row={row} />
        ))}
      </div>
    </>
  )
}

/** Something was recorded here; other matters are of what the other side did. */
const isOfOurs = ({ kind }: AttentionRow): boolean => kind.startsWith('refused') || kind === 'other-person'

/** One matter: the two stories side by side, the reason between them, what may be done below. */
function Matter({ row }: { row: AttentionRow }) {
  const { t } = useTranslation()
  const who = row.referral?.patient.name
  const ofOurs = isOfOurs(row)
  const title = [t(`attention.kind.${row.kind}`), ...(ofOurs ? [say(EVENT_TEXT[row.event])] : [])].join(': ')
  return (
    <Panel
      id={`attention-${row.id}`}
      title={title}
      tools={
        <span className="soft">
          {row.referral ? (
            <Link to="/referrals/$id" params={{ id: row.referral.id }}>
              {[row.number, who].filter(Boolean).join(' · ')}
            </Link>
          ) : (
            row.number
          )}{' '}
          · {when(row.at)}
        </span>
      }
    >
      <p className="strong">{say(row.why)}</p>
      <p className="soft">{say(row.why.cure)}</p>
      <div className={styles.stories}>
        {ofOurs && <Ours row={row} />}
        <Hubs row={row} />
      </div>
      {row.notes.map((note) => (
        <p key={note.at + note.text}>
          <span className="soft">
            {when(note.at)} · {note.by}:
          </span>{' '}
          {note.text}
        </p>
      ))}
      {row.settled ? (
        <p className="soft">{t(`attention.how.${row.settled.how}`, { by: row.settled.by, at: when(row.settled.at) })}</p>
      ) : (
        <Judge row={row} />
      )}
    </Panel>
  )
}

function Ours({ row }: { row: AttentionRow }) {
  const { t } = useTranslation()
  const { ours } = row
  const facilities = useFacilities(Boolean(ours.to))
  return (
    <section aria-label={t('attention.ours')}>
      <h3>{t('attention.ours')}</h3>
      <div className="strong">
        {say(EVENT_TEXT[row.event])} {ours.occurredAt && when(ours.occurredAt)}
      </div>
      <div className="soft">
        {[ours.by, ours.facility].filter(Boolean).join(' · ')} · {t('referral.recorded', { at: when(ours.recordedAt) })}
      </div>
      {ours.reason && <div>{ours.reason}</div>}
      {ours.on && <div>{t('referral.appointment', { on: day(ours.on) })}</div>}
      {ours.to && <div>{t('referral.sentOn', { to: facilities.data?.rows.find((f) => f.code === ours.to)?.name ?? ours.to })}</div>}
      {ours.kept && <div className={styles.kept}>{t(`attention.kept.${ours.kept}`)}</div>}
    </section>
  )
}

const LAST = 6

function Hubs({ row }: { row: AttentionRow }) {
  const { t } = useTranslation()
  const { was, now, history } = row.hub
  const shown = history.slice(-LAST)
  return (
    <section aria-label={t('attention.hubs')}>
      <h3>
        {t('attention.hubs')} {now && <Badge tone="blue">{say(STATES[now])}</Badge>}
      </h3>
      {was && was !== now && <div className="soft">{t('attention.was', { state: say(STATES[was]) })}</div>}
      {shown.length === 0 && <div className="soft">{t('attention.hubNothing')}</div>}
      <ol className={styles.shortStory}>
        {shown.map((entry) => (
          <li key={entry.recordedAt + entry.event}>
            <span className="strong">{say(EVENT_TEXT[entry.event])}</span>{' '}
            <span className="soft">
              {when(entry.occurredAt)} · {entry.by}
              {entry.reason && ` · ${entry.reason}`}
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}

function Judge({ row }: { row: AttentionRow }) {
  const { t } = useTranslation()
  const failure = useFailure()
  const settle = useSettle()
  const [note, setNote] = useState('')
  const text = note.trim()
  const send = async (how: 'accept' | 'again' | 'note'): Promise<void> => {
    try {
      await settle.mutateAsync({ id: row.id, how, ...(text ? { note: text } : {}) })
      setNote('')
      done(t(`attention.done.${how}`))
    } catch (error) {
      const [first] = failure(error)
      refused(first?.text ?? '', first?.cure)
    }
  }
  return (
    <form
      className={styles.judge}
      onSubmit={(event) => {
        event.preventDefault()
        if (text) void send('note')
      }}
    >
      <Textarea
        aria-label={t('attention.noteLabel')}
        placeholder={t('attention.noteLabel')}
        autosize
        minRows={1}
        className="grow"
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        onKeyDown={ctrlEnterSends}
      />
      <Button type="submit" variant="default" disabled={!text || settle.isPending}>
        {t('attention.addNote')}
      </Button>
      {row.can.includes('again') && (
        <Button variant="default" disabled={settle.isPending} onClick={() => void send('again')}>
          {t(row.kind === 'refused-paper' ? 'attention.sendAgain' : 'attention.again')}
        </Button>
      )}
      {row.can.includes('accept') && (
        <Button disabled={settle.isPending} onClick={() => void send('accept')}>
          {t(row.kind.startsWith('refused') ? 'attention.accept' : 'attention.seen')}
        </Button>
      )}
    </form>
  )
}
