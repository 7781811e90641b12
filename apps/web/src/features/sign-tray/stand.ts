import type { ReferralView } from '../../data/contracts.ts'
import type { Tone } from '../../ui/Badge.tsx'

type Waiting = ReferralView['waitingFor'][number]
/** `waits`: the signer was asked and could not answer; it is asked again by itself. */
export type SigningStand = Waiting['state'] | 'waits'

export const SIGNING_TONE: Record<SigningStand, Tone> = { open: 'amber', signing: 'blue', waits: 'amber', failed: 'red' }

export const signingStand = ({ state, reason }: Waiting): SigningStand => (state === 'signing' && reason ? 'waits' : state)
