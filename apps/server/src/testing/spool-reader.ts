/**
 * A process that reads in an emergency until it is killed (store/audit/spool.test.ts):
 * `node spool-reader.ts <database url> <spool folder> <patient>`. Says each read after it was shown.
 */
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '../store/index.ts'
import { EVERYTHING, testCaller } from '../store/testing.ts'

const [url = '', spoolFolder = '', patient = ''] = process.argv.slice(2)
const root = await openStore({
  url,
  siteKey: Buffer.alloc(32, 7),
  clock: { now: () => new Date() },
  blobFolder: join(tmpdir(), 'yba-spool-reader'),
  spoolFolder,
  sealEveryMs: 0,
  poolSize: 2,
})
const doctor = (requestId: string) => testCaller({ id: 'bs.truc', requestId, grants: [{ ...EVERYTHING, scope: 'relation' }] })
await root.audit.breakGlass(doctor('glass'), patient)
for (let i = 0; ; i++) {
  await root.as(doctor(`read-${i}`)).read('Patient', patient)
  process.send?.(`read-${i}`)
}
