/** The browser stage of `npm test`: six journeys through one province, one after the other. */

import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { tellOfTheExchange } from './exchange-tells.ts'
import { tellOfTheJoining } from './joining.ts'
import { tellOfTheOtherScreens } from './other-screens.ts'
import { tellOfThePairs } from './person-pairs.ts'
import { tellTheCrossing } from './referral-crosses.ts'
import { closeStage, openStage, type Stage } from './stage.ts'
import { tellOfTheWard } from './ward-slip.ts'

let stage: Stage | undefined
before(async () => {
  stage = await openStage()
})
after(() => closeStage(stage))

const get = (): Stage => stage ?? assert.fail('the stage is not open')

// First, while every list is still empty.
tellTheCrossing(get)
tellOfTheExchange(get)
tellOfTheOtherScreens(get)
tellOfTheWard(get)
tellOfThePairs(get)
// Last: another facility in the directory changes what the others choose from.
tellOfTheJoining(get)
