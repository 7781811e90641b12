export { type ParsedResource, type ParseLimits, parseFhirJson, parseFhirText, parseStrictJson } from './parse.ts'
export { decimal, parseKeepingNumbers, serialize } from './serialize.ts'
export { bundleEntryTexts, rewriteReferences, type ServerValues, spliceResource } from './splice.ts'
