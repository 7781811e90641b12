/**
 * The worked example of docs/integrators: four files by which somebody is transferred, treated and answered for. Pure: the
 * same instant gives the same files; their times lie in the hours before it, so that the slip is new.
 */
import { checkInFile } from './check-in.ts'
import { claimFile } from './claim-file.ts'
import { type Stay, stay } from './stay.ts'

export interface ExampleFile {
  name: string
  /** Facility whose HIS writes it. */
  facility: string
  bytes: Buffer
}

export interface Example {
  /** Number of the slip, of the sending HIS. */
  slip: string
  sender: Stay
  receiver: Stay
  /** In the order they are handed in; the slip is signed between the second and the third. */
  files: ExampleFile[]
}

const SENDER = '24997'
const RECEIVER = '01929'
const HOUR_MS = 3_600_000
/** Stays of the example are not those of the demo. */
const FIRST = 500_000
const MANY = 400_000

/** @param now every minute is another person with another slip */
export function example(now: Date): Example {
  const seed = FIRST + (Math.floor(now.getTime() / 60_000) % MANY)
  const ago = (hours: number): Date => new Date(now.getTime() - hours * HOUR_MS)
  const sender = stay(seed, { kind: 'inpatient-transfer', facility: SENDER, to: RECEIVER, within: { from: ago(9), to: ago(4) } })
  const slip = sender.tables.XML13?.[0]?.GIAY_CHUYEN_TUYEN ?? ''
  const receiver = stay(seed, {
    kind: 'inpatient',
    facility: RECEIVER,
    to: SENDER,
    patient: { person: sender.person, mrn: `BM-${seed}` },
    within: { from: ago(3), to: ago(0.1) },
    cameWith: { issuer: SENDER, number: slip },
  })
  const files = [
    { name: '1-check-in.xml', facility: SENDER, bytes: checkInFile([sender]) },
    { name: '2-transfer.xml', facility: SENDER, bytes: claimFile([sender]) },
    { name: '3-check-in.xml', facility: RECEIVER, bytes: checkInFile([receiver]) },
    { name: '4-record.xml', facility: RECEIVER, bytes: claimFile([receiver], { encoding: 'cdata' }) },
  ]
  return { slip, sender, receiver, files }
}
