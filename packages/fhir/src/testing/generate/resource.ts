/** Generated resources of every R4 type, valid by all that the definitions say. */
import type { Json } from '../../validate/context.ts'
import { chanceOf } from './chance.ts'
import { contain } from './contain.ts'
import { objectOf, POOL_ID } from './make.ts'
import { mend } from './mend.ts'

/** A resource; of its elements nothing more is known than what the type promises. */
export type GeneratedResource = Json & { resourceType: string }

/** A valid resource of this type, the same for the same seed. Its references point to `Type/POOL_ID`, elsewhere or nowhere. */
export function resourceOf(type: string, seed: number): GeneratedResource {
  const chance = chanceOf(seed)
  const resource = objectOf(type, { resourceType: type, depth: 0, chance })
  if (chance.is(1 / 5)) contain(resource, chance)
  mend(resource, chance)
  return resource as GeneratedResource
}

/** What the references of generated resources point to: the least that this type can be. */
export function poolResource(type: string): GeneratedResource {
  const chance = chanceOf(1)
  const resource = objectOf(type, { resourceType: type, depth: 9, chance })
  mend(resource, chance)
  return { ...(resource as GeneratedResource), id: POOL_ID }
}
