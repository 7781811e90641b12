/** Links inside the text of a resource: where it names other resources, exactly as they stand there. */
import { skipSpace, skipString, unquote } from './scan.ts'

/**
 * JSON names of the elements that hold links: those of type uri, url, canonical, oid and uuid in R4, and Reference.reference
 * (http.html#trules: what a server replaces in a transaction). `Identifier.value` is a string and no link.
 */
export const LINK_MEMBERS: ReadonlySet<string> = new Set(
  `address answerValueSet authority authorizationUrl base baseDefinition capabilities code compartment contentReference
  defaultValueCanonical defaultValueOid defaultValueUri defaultValueUrl defaultValueUuid definition definitionCanonical
  definitionUri derivedFrom derivedFromUri detail endpoint eventUri exampleCanonical fixedCanonical fixedOid fixedUri fixedUrl
  fixedUuid fullUrl graph identifier implementationGuide implicitRules import imports inputProfile instantiates
  instantiatesCanonical instantiatesUri issuer jurisdiction library link location measure message moduleCanonical moduleUri
  nameUrl onlineInformation outputProfile parent partOf patternCanonical patternOid patternUri patternUrl patternUuid policy
  profile property protocol questionnaire reference relativePath rendering replaces resource source sourceCanonical sourceUri
  supplements supportedProfile system target targetCanonical targetProfile targetUri transform type uri url valueCanonical
  valueOid valueSet valueUri valueUrl valueUuid workflow`.split(/\s+/),
)

/** A link in the XHTML of a narrative, in JSON text: the quotes of its attribute may be escaped. */
const IN_NARRATIVE = /((?:href|src)\s*=\s*(\\"|'))([^"'\\]+)(?=\\"|')/g

/** Gives the new link for one found under a member, or undefined to keep it. */
export type ChangeLink = (link: string, member: string) => string | undefined

/**
 * Changes links in the text of a resource; only the strings that change differ afterwards. Takes text that `parseFhirJson`
 * accepted. Links in narratives come under the member `div`.
 */
export function rewriteLinks(text: string, change: ChangeLink): string {
  let out = ''
  let copied = 0
  let member = ''
  let i = text.indexOf('"')
  while (i >= 0) {
    const end = skipString(text, i)
    if (text.charAt(skipSpace(text, end)) === ':') member = unquote(text, i, end)
    else {
      const written = rewritten(text, i, end, member, change)
      if (written !== undefined) {
        out += text.slice(copied, i) + written
        copied = end
      }
    }
    i = text.indexOf('"', end)
  }
  return copied === 0 ? text : out + text.slice(copied)
}

/** The string from `start` to `end` with its links changed; undefined when it stays. */
function rewritten(text: string, start: number, end: number, member: string, change: ChangeLink): string | undefined {
  if (member === 'div') {
    const raw = text.slice(start, end)
    const changed = raw.replace(IN_NARRATIVE, (whole, before: string, _quote: string, link: string) => {
      const to = change(link, member)
      return to === undefined ? whole : before + to
    })
    return changed === raw ? undefined : changed
  }
  if (!LINK_MEMBERS.has(member)) return undefined
  const to = change(unquote(text, start, end), member)
  return to === undefined ? undefined : JSON.stringify(to)
}
