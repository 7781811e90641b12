/** A timestamp at the moment of signing, where one is to be had at once. */
import type { Site } from '../../site.ts'
import { askTimestamp } from './ask.ts'

/** Who signs waits for the timestamp service so long at most, and after a failure not at all for a while. */
const PATIENCE_MS = 800

/** Tokens over both values of one signing act; what is not there is asked for again by the evidence worker. */
export async function stampNow(site: Site, values: { jws: Buffer; pdf: Buffer }): Promise<{ jws?: Buffer; pdf?: Buffer }> {
  const [jws, pdf] = await Promise.all([values.jws, values.pdf].map((value) => askTimestamp(site, value, PATIENCE_MS)))
  return {
    ...(typeof jws === 'object' ? { jws: jws.token } : {}),
    ...(typeof pdf === 'object' ? { pdf: pdf.token } : {}),
  }
}
