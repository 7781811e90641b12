/** Terminology operations as routes: by GET and by POST, the same question and the same answer. */
import type { Operation, OperationAnswer, OperationContext } from '../../../feature.ts'

interface Named {
  name: string
  type: 'ValueSet' | 'CodeSystem' | 'ConceptMap'
  levels: readonly Operation['level'][]
  handle(context: OperationContext): Promise<object>
}

/** A line of the audit for each question, an answer as FHIR JSON. Codes are no person's: nothing else is noted. */
async function answered({ name, type, handle }: Named, context: OperationContext): Promise<OperationAnswer> {
  const { site, caller, id } = context
  const line = { action: 'operation', type, ...(id === '' ? {} : { id }), detail: `$${name}` }
  try {
    const json = await handle(context)
    await site.store.audit.record(caller, { ...line, outcome: 'ok' })
    return { json, contentType: 'application/fhir+json; charset=utf-8' }
  } catch (error) {
    await site.store.audit.record(caller, { ...line, outcome: 'refused' })
    throw error
  }
}

export const terminologyOperation = (named: Named): Operation[] =>
  named.levels.flatMap((level) =>
    (['GET', 'POST'] as const).map(
      (method): Operation => ({
        name: named.name,
        level,
        type: named.type,
        method,
        permission: 'fhir.read',
        body: method === 'GET' ? 'none' : 'json',
        bodyLimit: 5 * 1024 * 1024,
        handle: (context) => answered(named, context),
      }),
    ),
  )

export interface OutParameter {
  name: string
  [value: `value${string}`]: unknown
  part?: readonly OutParameter[]
  resource?: object
}

export const parameters = (parameter: readonly OutParameter[]) => ({ resourceType: 'Parameters', parameter })
