/** Who examined signs. Where that person has no account here, the doctor who signs takes the place, by name. */
import type { PaperContent, PaperSigner, ReferralContent } from '@yba/vietnam'
import type { Caller } from '../../access/caller.ts'
import { listUsers } from '../../access/index.ts'
import type { Site } from '../../site.ts'

/** Whether the slip names, by licence, somebody else who has an account at this site. */
export async function namesAnotherDoctor(site: Site, content: ReferralContent, caller: Caller): Promise<boolean> {
  const { licence } = content.doctor
  if (licence === undefined || licence === caller.licence) return false
  const users = await listUsers(site.store.sql, site.clock.now())
  const named = users.find((u) => u.licence === licence)
  return named !== undefined && named.id !== caller.id
}

/** A paper of a HIS holds licences without names: on screen and on a preview the people of this site have theirs. */
export async function withNames<C extends PaperContent>(site: Site, content: C): Promise<C> {
  const users = await listUsers(site.store.sql, site.clock.now())
  const named = (signer: PaperSigner | undefined): PaperSigner | undefined => {
    const name = signer && !signer.name && signer.licence ? users.find((u) => u.licence === signer.licence)?.name : undefined
    return signer && name ? { ...signer, name } : signer
  }
  const doctor = 'doctor' in content ? { doctor: named(content.doctor) } : {}
  const authorised = content.authorised ? { authorised: named(content.authorised) } : {}
  return { ...content, ...doctor, ...authorised }
}
