/** The generator as a fast-check arbitrary: what fails shrinks by leaving elements out. */
import fc from 'fast-check'
import { isObject, type Json } from '../../validate/context.ts'
import { chanceOf } from './chance.ts'
import { mend } from './mend.ts'
import { type GeneratedResource, resourceOf } from './resource.ts'
import { copyOf, elementSites, rootSite, sitesFrom } from './sites.ts'

class ResourceArbitrary extends fc.Arbitrary<GeneratedResource> {
  readonly type: string

  constructor(type: string) {
    super()
    this.type = type
  }

  generate(random: fc.Random): fc.Value<GeneratedResource> {
    return new fc.Value(resourceOf(this.type, random.nextInt()), undefined)
  }

  canShrinkWithoutContext(value: unknown): value is GeneratedResource {
    return isObject(value) && value.resourceType === this.type
  }

  shrink(value: GeneratedResource): fc.Stream<fc.Value<GeneratedResource>> {
    return fc.stream(smaller(value)).map((one) => new fc.Value(one, undefined))
  }
}

/** The resource without one of its optional elements, the largest first, each mended where the element was needed after all. */
function* smaller(resource: GeneratedResource): Generator<GeneratedResource> {
  const size = JSON.stringify(resource).length
  const count = sitesFrom(rootSite(resource)).length
  for (let at = 0; at < count; at++) {
    for (const { row, key } of elementSites(sitesFrom(rootSite(resource))[at] ?? rootSite(resource))) {
      if (row.min > 0) continue
      const copy: Json = copyOf(resource)
      const owner = sitesFrom(rootSite(copy))[at]?.value ?? copy
      delete owner[key]
      delete owner[`_${key}`]
      mend(copy, chanceOf(0))
      if (JSON.stringify(copy).length < size) yield copy as GeneratedResource
    }
  }
}

/** Valid resources of one type. */
export function arbitraryResource(type: string): fc.Arbitrary<GeneratedResource> {
  return new ResourceArbitrary(type)
}
