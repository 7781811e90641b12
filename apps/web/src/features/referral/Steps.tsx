import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { EVENT_TEXT, type ReferralEvent, type ReferralView } from '../../data/contracts.ts'
import { ApiError } from '../../data/http.ts'
import { say } from '../../text/index.ts'
import { useFailure } from '../../ui/Notice.tsx'
import { done, refused } from '../../ui/notify.ts'
import { fetchReferral, useTransition } from './queries.ts'
import { ReasonDialog } from './ReasonDialog.tsx'

/** Steps a person presses a button for; the others follow from signing or are the exchange's own. */
const BY_HAND: readonly ReferralEvent[] = ['accept', 'arrive', 'start-care', 'file-outcome', 'submit', 'decline', 'void']
const NEEDS_REASON: readonly ReferralEvent[] = ['decline', 'void']

/**
 * One step of the referral, with the version on screen. When only something beside the state changed meanwhile (the hub
 * confirmed an earlier step), it is tried once more on the new version; a changed state is shown instead.
 */
export function useStep(view: Pick<ReferralView, 'id' | 'taskVersion' | 'state'>): {
  busy: boolean
  step(event: ReferralEvent, reason?: string): Promise<boolean>
} {
  const { t } = useTranslation()
  const failure = useFailure()
  const transition = useTransition(view.id)
  const attempt = (event: ReferralEvent, expectedVersion: number, reason?: string): Promise<unknown> =>
    transition.mutateAsync({ event, expectedVersion, ...(reason ? { reason } : {}) })
  const again = async (event: ReferralEvent, reason?: string): Promise<unknown> => {
    const now = await fetchReferral(view.id)
    if (now.state !== view.state || !now.allowed.includes(event)) throw new ApiError(409, [])
    return attempt(event, now.taskVersion, reason)
  }
  const step = async (event: ReferralEvent, reason?: string): Promise<boolean> => {
    try {
      await attempt(event, view.taskVersion, reason).catch((error: unknown) => {
        if (error instanceof ApiError && error.status === 409) return again(event, reason)
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
  const [asking, setAsking] = useState<'decline' | 'void'>()
  const events = BY_HAND.filter((event) => view.allowed.includes(event))
  const first = events.find((event) => !NEEDS_REASON.includes(event))
  const press = (event: ReferralEvent): void => {
    if (event === 'decline' || event === 'void') setAsking(event)
    else void step(event)
  }
  return (
    <>
      {events.map((event) => (
        <Button key={event} variant={event === first ? 'filled' : 'default'} disabled={busy} onClick={() => press(event)}>
          {say(EVENT_TEXT[event])}
        </Button>
      ))}
      {asking && (
        <ReasonDialog
          title={t(asking === 'decline' ? 'referral.declineTitle' : 'referral.voidTitle')}
          label={t(asking === 'decline' ? 'referral.declineWhy' : 'referral.voidWhy')}
          confirm={say(EVENT_TEXT[asking])}
          close={() => setAsking(undefined)}
          done={(reason) => {
            setAsking(undefined)
            void step(asking, reason)
          }}
        />
      )}
    </>
  )
}
