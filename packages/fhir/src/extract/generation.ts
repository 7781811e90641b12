/**
 * Which entries an index is made of. A store that holds rows of an older generation answers from them until all of its
 * resources are indexed anew, so entries never come or go within one.
 *
 * 1: tokens, references, dates, quantities, strings, uris, numbers.
 * 2: composites that join elements below the resource, ranges (also of sampled data, and of values written with `<` or `>`), the
 *    words of narratives, and parameters whose published expression had to be corrected. The store's rows came with it for
 *    quantities in canonical units, the texts of codes, typed identifiers and addresses above others.
 */
export type IndexGeneration = 1 | 2

/** The generation that is written and searched unless another one is asked for. */
export const INDEX_GENERATION: IndexGeneration = 2
