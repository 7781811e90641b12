import { Button, Menu } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useActionHandler, useActionHandlers } from '../../actions/context.tsx'
import { BY_HAND, MORE, NEVER_NEXT, SURE } from '../../actions/steps.ts'
import { ASKS, EVENT_TEXT, type ReferralEvent, type ReferralView, transition } from '../../data/contracts.ts'
import { ApiError, newName } from '../../data/http.ts'
import { say } from '../../text/index.ts'
import { Key } from '../../ui/ActionButton.tsx'
import { KeyMenu } from '../../ui/KeyMenu.tsx'
import { useFailure } from '../../ui/Notice.tsx'
import { done, refused } from '../../ui/notify.ts'
import { fetchReferral, useTransition } from './queries.ts'
import { type Asked, type Said, StepDialog } from './StepDialog.tsx'

type Seen = Pick<ReferralView, 'state' | 'direction' | 'oneYear'>

const rowOf = (view: Seen, event: ReferralEvent) =>
  transition(view.state, event, view.direction === 'sent' ? 'sender' : 'receiver', view.oneYear)

/** Whether the step leaves this thread as it is and begins a visit of its own. */
const opensVisit = (view: Seen, event: ReferralEvent): boolean => {
  const row = rowOf(view, event)
  return row?.opens === 'arrived' && row.to === 'same'
}

/** What the table wants stated with an event in the state on screen. */
function asks(view: Seen, event: ReferralEvent): Asked | undefined {
  const row = rowOf(view, event)
  // A visit of its own is opened on purpose, not by a key too many.
  const sure = SURE.includes(event) || opensVisit(view, event)
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
  const asked = useRef({ words: '', request: '' })
  /** One name for a step while its words are the same: tried again after a lost answer, it is taken once. */
  const nameOf = (event: ReferralEvent, said: Said): string => {
    const words = JSON.stringify([view.id, event, said])
    if (asked.current.words !== words) asked.current = { words, request: newName() }
    return asked.current.request
  }
  const attempt = (event: ReferralEvent, expectedVersion: number, said: Said): Promise<unknown> =>
    transition.mutateAsync({ event, expectedVersion, request: nameOf(event, said), ...said })
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
      asked.current = { words: '', request: '' }
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

/** A second click of a double click, a second press of an impatient finger: nobody has read yet what stands there now. */
const READ_MS = 600

/** Whether this has been on screen long enough to be meant by who presses it. */
function useSteady(shown: string): boolean {
  const [steady, setSteady] = useState(shown)
  useEffect(() => {
    const timer = setTimeout(() => setSteady(shown), READ_MS)
    return () => clearTimeout(timer)
  }, [shown])
  return steady === shown
}

/** Buttons of what this person may do now, from the transition table and the server's word. */
export function Steps({ view }: { view: ReferralView }) {
  const { t } = useTranslation()
  const { busy: working, step } = useStep(view)
  // A step that came under the finger by itself, after one's own or a colleague's, waits until it can have been read.
  const busy = !useSteady(view.state) || working
  /** What was asked when it was opened: a colleague's step under an open question takes no word away. */
  const [asking, setAsking] = useState<{ event: ReferralEvent; asked: Asked }>()
  const [open, setOpen] = useState(false)
  const events = BY_HAND.filter((event) => view.allowed.includes(event))
  // A further visit with a slip that has been used is there when it is needed, and in nobody's way.
  const further = (event: ReferralEvent): boolean => event === 'arrive' && view.state !== 'multi-use' && opensVisit(view, event)
  const direct = events.filter((event) => !further(event))
  const more = [...events.filter(further), ...MORE.filter((event) => view.allowed.includes(event))]
  // What F8 takes: the answer the other side waits for, the first step that asks nothing, or one that asks before it is taken.
  const next =
    direct.find((event) => event === 'confirm-cancel') ??
    direct.find((event) => asks(view, event) === undefined) ??
    direct.find((event) => !NEVER_NEXT.includes(event))
  const press = (event: ReferralEvent): void => {
    // A dialog may open while the step before is on its way; what one key alone begins is begun once.
    const asked = asks(view, event)
    if (asked) setAsking({ event, asked })
    else if (!busy) void step(event)
  }
  useActionHandler('referral.next-step', next ? () => press(next) : undefined)
  useActionHandler('referral.more-steps', more.length > 0 ? () => setOpen(true) : undefined)
  useActionHandlers(Object.fromEntries([...direct, ...more].map((event) => [`step.${event}`, () => press(event)])))
  return (
    <>
      {direct.map((event) => (
        <Button
          key={event}
          variant={event === next ? 'filled' : 'default'}
          disabled={busy && asks(view, event) === undefined}
          aria-keyshortcuts={event === next ? 'F8' : undefined}
          onClick={() => press(event)}
        >
          {say(EVENT_TEXT[event])}
          {event === next && <Key name="F8" />}
        </Button>
      ))}
      {more.length > 0 && (
        <KeyMenu
          opened={open}
          change={setOpen}
          button={
            <Button variant="default" aria-keyshortcuts="F7">
              {t('referral.more')}
              <Key name="F7" />
            </Button>
          }
        >
          {more.map((event) => (
            <Menu.Item key={event} onClick={() => press(event)}>
              {say(EVENT_TEXT[event])}
            </Menu.Item>
          ))}
        </KeyMenu>
      )}
      {asking && <StepDialog {...asking} view={view} close={() => setAsking(undefined)} done={(said) => step(asking.event, said)} />}
    </>
  )
}
