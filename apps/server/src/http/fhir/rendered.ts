/** Types that are views of something else: whoever has the permission is shown them in the place of stored resources. */
import { operationOutcome, refuse } from '@yba/fhir'
import type { FastifyRequest } from 'fastify'
import type { RenderedType } from '../../feature.ts'
import type { Site } from '../../site.ts'
import { notFound } from '../../store/outcomes.ts'
import type { Preference } from './prefer.ts'
import type { Answering } from './run-read.ts'

/** Gives the view of a type that a caller is shown; undefined: they see what is stored, as their rights have it. */
export function viewsOf(site: Site): (type: string, request: Pick<FastifyRequest, 'caller'>) => RenderedType | undefined {
  const views = new Map(site.features.flatMap((f) => f.rendered ?? []).map((view) => [view.type, view]))
  return (type, { caller }) => {
    const view = views.get(type)
    return view && caller.permissions.has(view.permission) ? view : undefined
  }
}

/** One resource of a view. Throws `not-found`. */
export async function renderedOne(site: Site, view: RenderedType, request: FastifyRequest, id: string): Promise<string> {
  const resource = await view.read(site, request.caller, id)
  if (!resource) throw refuse(notFound, { type: view.type })
  return JSON.stringify(resource)
}

/** A searchset of a view. Throws what the question is refused with. */
export async function renderedPage(
  site: Site,
  view: RenderedType,
  request: FastifyRequest,
  query: string,
  { base, lang, handling }: Answering & { handling?: Preference['handling'] },
): Promise<string> {
  const plain = new URLSearchParams(query)
  const page = await view.search(site, request.caller, plain, handling)
  for (const f of page.ignored) plain.delete(f.path ?? '')
  plain.delete('_cursor')
  const address = `${base}/${view.type}`
  const link = [{ relation: 'self', url: `${address}?${plain}` }]
  if (page.next !== undefined) {
    plain.set('_cursor', page.next)
    link.push({ relation: 'next', url: `${address}?${plain}` })
  }
  const entry: object[] = page.resources.map((resource) => ({ fullUrl: `${address}/${resource.id}`, resource, search: { mode: 'match' } }))
  if (page.ignored.length > 0) entry.push({ resource: operationOutcome([...page.ignored], lang), search: { mode: 'outcome' } })
  return JSON.stringify({ resourceType: 'Bundle', type: 'searchset', link, ...(entry.length > 0 ? { entry } : {}) })
}
