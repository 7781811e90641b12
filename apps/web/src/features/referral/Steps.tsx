import { Button, Menu } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ASKS, EVENT_TEXT, type ReferralEvent, type ReferralView, STATES, transition } from '../../data/contracts.ts'
import { ApiError } from '../../data/http.ts'
import { say } from '../../text/index.ts'
import { useFailure } from '../../ui/Notice.tsx'
import { done, refused } from '../../ui/notify.ts'
import { fetchReferral, useTransition } from './queries.ts'
import { type Asked, type Said, StepDialog } from './StepDialog.tsx'

/** Steps a person presses a button for, the usual ones first; the others follow from signing or are the exchange's own. */
const BY_HAND: readonly ReferralEvent[] = [
  'accept',
  'arrive',
  'start-care',
  'file-outcome',
  'submit',
  'confirm-cancel',
  'refuse-cancel',
  'add-info',
  'decline',
  'void',
]
/** Less usual ones, behind "more". */
const MORE: readonly ReferralEvent[] = [
  'send-back',
  'ask-info',
  'schedule',
  'reschedule',
  'request-cancel',
  'interim',
  'end-care',
  'return',
  'redirect',
  'left-unseen',
  'undo-arrival',
  'died',
  'ask-void',
]
/** Steps nobody should take by a slip of the hand. */
const SURE: readonly ReferralEvent[] = ['died', 'end-care', 'confirm-cancel']

/** What the table wants stated with an event in the state on screen. */
function asks(view: Pick<ReferralView, 'state' | 'direction' | 'oneYear'>, event: ReferralEvent): Asked | undefined {
  const actor = view.direction === 'sent' ? 'sender' : 'receiver'
  const row = transition(view.state, event, actor, view.oneYear)
  // A visit of its own is opened on purpose, not by a key too many.
  const sure = SURE.includes(event) || (row?.opens === 'arrived' && row.to === 'same')
  return (row && ASKS[row.guard]) ?? (sure ? 'nothing' : undefined)
}

/**
 * One step of the referral, with the version on screen. When only something beside the state changed meanwhile (the hub
 * confirmed an earlier step), it is tried once more on the new version; a changed state is shown instead.
 */
export function useStep(view: Pick<ReferralView, 'id' | 'taskVersion' | 'state'>): {
  busy: boolean
  step(event: ReferralEvent, said?: Said): Promise<boolean>
} {
  const { t } = useTranslation()
  const failure = useFailure()
  const transition = useTransition(view.id)
  const attempt = (event: ReferralEvent, expectedVersion: number, said: Said): Promise<unknown> =>
    transition.mutateAsync({ event, expectedVersion, ...said })
  const again = async (event: ReferralEvent, said: Said): Promise<unknown> => {
    const now = await fetchReferral(view.id)
    if (now.state !== view.state || !now.allowed.includes(event)) throw new ApiError(409, [])
    return attempt(event, now.taskVersion, said)
  }
  const step = async (event: ReferralEvent, said: Said = {}): Promise<boolean> => {
    try {
      await attempt(event, view.taskVersion, said).catch((error: unknown) => {
        if (error instanceof ApiError && error.status === 409) return again(event, said)
        throw error
      })
      done(t('referral.done', { event: say(EVENT_TEXT[event]) }))
      return true
    } catch (error) {
      const [first] = failure(error)
      if (error instanceof ApiError && error.status === 409) refused(t('referral.conflict'), error.issues[0]?.text)
      else refused(first?.text ?? '', first?.cure)
      return false
    }
  }
  return { busy: transition.isPending, step }
}

/** Buttons of what this person may do now, from the transition table and the server's word. */
export function Steps({ view }: { view: ReferralView }) {
  const { t } = useTranslation()
  const { busy, step } = useStep(view)
  const [asking, setAsking] = useState<ReferralEvent>()
  const ended = STATES[view.state].terminal
  const events = BY_HAND.filter((event) => view.allowed.includes(event))
  // A further visit with a slip that has ended is there when it is needed, and in nobody's way.
  const direct = ended ? events.filter((event) => event !== 'arrive') : events
  const more = [
    ...(ended && events.includes('arrive') ? (['arrive'] as const) : []),
    ...MORE.filter((event) => view.allowed.includes(event)),
  ]
  const first = direct.find((event) => asks(view, event) === undefined)
  const press = (event: ReferralEvent): void => {
    if (asks(view, event)) setAsking(event)
    else void step(event)
  }
  const wanted = asking && asks(view, asking)
  return (
    <>
      {direct.map((event) => (
        <Button key={event} variant={event === first ? 'filled' : 'default'} disabled={busy} onClick={() => press(event)}>
          {say(EVENT_TEXT[event])}
        </Button>
      ))}
      {more.length > 0 && (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default" disabled={busy}>
              {t('referral.more')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {more.map((event) => (
              <Menu.Item key={event} onClick={() => press(event)}>
                {say(EVENT_TEXT[event])}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      {asking && wanted && (
        <StepDialog
          event={asking}
          asked={wanted}
          view={view}
          close={() => setAsking(undefined)}
          done={(said) => {
            setAsking(undefined)
            void step(asking, said)
          }}
        />
      )}
    </>
  )
}
