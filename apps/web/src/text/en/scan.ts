import type { Texts } from '../index.ts'

export const scan: Texts['scan'] = {
  title: "Scan a slip's code",
  label: 'Code or slip number',
  hint: 'Scan the code on the slip, paste its text, or type the slip number and press Enter. No line is needed.',
  check: 'Check',
  verdict: {
    genuine: 'Genuine',
    unconfirmed: 'Not confirmed',
    'typed-number': 'Found by number',
    unreadable: 'Not readable',
  },
  now: 'now {{name}}',
  valid: 'valid {{from}} – {{until}}',
  directoryAge: 'Judged by the directory of {{days}} day(s) ago.',
  directoryOld: 'The directory is {{days}} days old: new keys and facilities may be missing.',
  known: 'Slip {{number}} is here already: {{state}}.',
  open: 'Open the slip',
  byHand: 'The patient holds a paper whose code cannot be read or whose number is not found: write down number and person from it.',
  unknown: 'This site does not hold the slip yet. Register the arrival; the electronic slip will join it by its number.',
}
