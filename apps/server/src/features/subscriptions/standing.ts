/** The status of a Subscription as its readers see it; written by the site itself. */
import { OutcomeError, readPatch } from '@yba/fhir'
import { systemCaller } from '../../access/index.ts'
import type { Site } from '../../site.ts'
import { type StateRow, subscriptions } from './tables.ts'
import type { SubscriptionShape } from './wanted.ts'

/** Who writes here is no subscriber. */
export const WRITER = 'system:subscription'

/** Says in the Subscription and in its state how it stands, and why. */
export async function stand(site: Site, id: string, state: StateRow['state'], problem: string | null): Promise<void> {
  await subscriptions.stand(site.store, id, state, problem)
  const store = site.store.as(systemCaller('subscription', site.settings.facility.code))
  await store
    .transact(async (tx) => {
      const current = (await tx.read('Subscription', id, { lock: true }))?.resource() as unknown as
        | (SubscriptionShape & { error?: string })
        | undefined
      if (!current || (current.status === state && (current.error ?? null) === problem)) return
      const steps = [
        { op: 'replace', path: '/status', value: state },
        ...(problem
          ? [{ op: 'add', path: '/error', value: problem }]
          : current.error === undefined
            ? []
            : [{ op: 'remove', path: '/error' }]),
      ]
      await tx.write([await tx.patched('Subscription', id, readPatch(JSON.stringify(steps)))])
    })
    .catch((error: unknown) => {
      // Deleted meanwhile: the log tells that next.
      if (!(error instanceof OutcomeError)) throw error
    })
}
