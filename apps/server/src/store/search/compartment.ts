/** Compartments (FHIR R4, compartmentdefinition.html) as conditions: a link of a named parameter leads to whom they are of. */
import { type Compartment, compartmentOf } from '@yba/fhir'
import { paramNumber } from '../hash.ts'
import { mayAsk } from '../shown.ts'
import { type Compiling, indexName } from './compiling.ts'

/**
 * A question for the numbers of rows of these types that belong to the resource, and its own. Whether it is there and may be seen is not looked at: what is
 * shown hangs on the rows alone. A parameter of what the caller is not shown puts nothing into it.
 */
export function compartmentRows(c: Compiling, types: readonly string[], of: Compartment): string {
  const members = compartmentOf(of.type)
  const numbers = new Set(
    types.flatMap((type) =>
      (members?.get(type) ?? [])
        .filter((param) => mayAsk(c.on.access, type, param))
        .map((param) => paramNumber(type, indexName(type, param))),
    ),
  )
  const whose = c.params.add(c.on.ctx.hashes.of(`${of.type}/${of.id}`), 'bigint')
  return `select x.rid from ix_ref x where x.tgt = ${whose} and x.p = any(${c.params.add([...numbers], 'integer[]')})
    union all select o.rid from res o where o.h = ${whose}`
}

/** The same as a condition. */
export const inCompartment = (c: Compiling, types: readonly string[], of: Compartment): string =>
  `r.rid in (${compartmentRows(c, types, of)})`
