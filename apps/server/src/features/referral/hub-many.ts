/**
 * Steps of many threads in one request: a receiver says "delivered" of everything it takes in, and a request for each
 * would use up what a node may ask in a second. Only a way to carry them: each is taken, kept and answered by itself.
 */
import { refuse } from '@yba/fhir'
import type { OperationAnswer, OperationContext } from '../../feature.ts'
import type { StepsAnswer, StepsMessage } from '../exchange/contract.ts'
import { sideBySide } from '../exchange/index.ts'
import { PARCEL_INCOMPLETE } from './hub-outcomes.ts'
import { transitionAtHub } from './hub-steps.ts'

const MOST_STEPS = 50
/** Transactions of one request side by side. */
const WIDTH = 4
/** Steps of one request that change nothing, refused or known already: what follows them is no work, it may be a flood. */
const MOST_IDLE = 5

/**
 * POST /fhir/Task/$transitions {steps: [{key, message}]}: as many `$transition` under their keys. A step that is not
 * taken is answered `alone`: its node proposes it by itself, and hears why there, where a refusal is counted and kept.
 * Throws `parcel-incomplete` for what is no list of steps.
 */
export async function transitionsAtHub(context: OperationContext): Promise<OperationAnswer> {
  let idle = 0
  const answers = await sideBySide(stepsOf(context.json), WIDTH, async (step): Promise<Answered> => {
    if (idle >= MOST_IDLE) return { key: step.key, alone: true }
    const { answer, fresh } = await one(context, step)
    if (!fresh) idle += 1
    return answer
  })
  return { json: { answers } satisfies StepsAnswer }
}

type Answered = StepsAnswer['answers'][number]

function stepsOf(json: unknown): StepsMessage['steps'] {
  const { steps } = (json ?? {}) as Partial<StepsMessage>
  if (!Array.isArray(steps) || steps.length === 0 || steps.length > MOST_STEPS) throw refuse(PARCEL_INCOMPLETE, { what: 'steps' })
  if (!steps.every((step) => typeof step?.key === 'string' && step.key !== '')) throw refuse(PARCEL_INCOMPLETE, { what: 'Idempotency-Key' })
  return steps
}

async function one(context: OperationContext, step: StepsMessage['steps'][number]): Promise<{ answer: Answered; fresh: boolean }> {
  const { key, message } = step
  const { 'x-yba-reoffer': _place, ...headers } = context.headers
  try {
    const { json, fresh } = await transitionAtHub({
      ...context,
      json: message,
      part: true,
      headers: { ...headers, 'idempotency-key': key },
    })
    return { answer: { key, state: json }, fresh }
  } catch {
    // Whatever it is, refusal or failure, it is met again by the step alone and answered there.
    return { answer: { key, alone: true }, fresh: false }
  }
}
