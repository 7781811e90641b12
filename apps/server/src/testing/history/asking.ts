/**
 * Requests to sites that die. A step under which a site dies is not asked for again, so that nobody knows what became of
 * it; while nobody listens, and while one signs in, nothing has happened yet, and one tries until the site is back.
 */
import type { Answer, Desk } from '../exchange.ts'
import type { Done } from './acts.ts'
import type { SiteName, World } from './world.ts'

/** Longer than any site was ever away or busy on a loaded machine. */
export const PATIENCE_MS = 240_000

export type Request = (desk: Desk) => Promise<Answer>

export const UNKNOWN: Done = { answer: 'unknown', code: '' }

/** A failure within the site tells nobody what it had done by then. */
export const said = ({ status, code }: Answer): Done => ({ answer: status < 300 ? 'done' : status < 500 ? 'refused' : 'unknown', code })

const causeOf = (error: unknown): string => {
  const cause = error instanceof Error ? (error.cause as { code?: string } | undefined)?.code : undefined
  return cause ?? String(error)
}

async function deskOf(world: World, site: SiteName, login: string): Promise<Desk> {
  let last = 'not tried'
  return world.patience.within(
    () => `${login} to sign in at ${site} (${last})`,
    PATIENCE_MS,
    async () => {
      for (;;) {
        try {
          return await world.node(site).at(login)
        } catch (error) {
          last = causeOf(error)
        }
        await world.patience.pause(100)
      }
    },
  )
}

/** One request; null when the site died under it. Throws when nobody answers, and when the site no longer knows who asks. */
export async function asked(world: World, site: SiteName, login: string, what: string, request: Request): Promise<Answer | null> {
  let tries = 0
  return world.patience.within(
    () => `${site} to answer ${login}: ${what} (${tries} times nobody listened)`,
    PATIENCE_MS,
    async () => {
      for (;;) {
        const desk = await deskOf(world, site, login)
        try {
          const answer = await request(desk)
          if (answer.status === 401) throw new Error(`${site} does not know ${login} any more: ${answer.code}`)
          return answer
        } catch (error) {
          if (!(error instanceof TypeError)) throw error
          if (causeOf(error) !== 'ECONNREFUSED') return null
        }
        tries += 1
        await world.patience.pause(100)
      }
    },
  )
}

/** For what may be asked twice: again until it is answered. */
export async function insist(world: World, site: SiteName, login: string, what: string, request: Request): Promise<Answer> {
  return world.patience.within(`${site} to say yes or no to ${login}: ${what}`, PATIENCE_MS, async () => {
    for (;;) {
      const answer = await asked(world, site, login, what, request)
      if (answer && answer.status < 500) return answer
      await world.patience.pause(200)
    }
  })
}
