import type { Texts } from '../index.ts'

export const app: Texts['app'] = {
  name: 'Y Bạ',
  skip: 'Skip to content',
  menu: 'Functions',
  search: 'Find a patient or function…',
  hub: 'Exchange hub',
  demo: 'Test data',
  language: 'Language',
  vietnamese: 'Tiếng Việt',
  english: 'English',
  offline: 'No line to the server. What is on screen may be out of date; the app reconnects by itself.',
  starting: 'Opening Y Bạ…',
  unreachable: 'The facility’s server cannot be reached',
  unreachableCure: 'Check the line or ask your administrator, then try again. What you were writing is kept on the server.',
  close: 'Close',
  retry: 'Try again',
  back: 'Back',
  home: 'To the main screen',
  cancel: 'Cancel',
  confirm: 'Confirm',
  loading: 'Loading…',
  more: '{{n}} more rows',
  none: 'Nothing',
  unknown: 'Not recorded',
}

export const actions: Texts['actions'] = {
  find: 'Find patient',
  tray: 'Signing tray',
  drafts: 'Drafts',
  sent: 'Sent',
  received: 'Received',
  attention: 'Needs a person',
  paperSlip: 'Paper slip not in the list',
  import: 'Import records',
  console: 'Exchange',
  audit: 'Access audit',
  users: 'Users',
  status: 'System status',
  compose: 'Compose referral',
  sign: 'Sign',
  print: 'Print',
  scan: "Scan a slip's code",
  whoSaw: 'Who saw this record',
  filter: 'Filter the list',
  palette: 'Quick search',
  help: 'Keyboard help',
  lock: 'Lock screen',
  signOut: 'Sign out',
}

export const roles: Texts['roles'] = {
  reception: 'Reception',
  doctor: 'Doctor',
  signer: 'Authorised signer',
  'referral-desk': 'Referral desk',
  auditor: 'Auditor',
  administrator: 'Administrator',
  'hub-operator': 'Hub operator',
  node: 'Node',
  system: 'System',
  public: 'Public',
}

export const help: Texts['help'] = {
  title: 'Keyboard',
  go: 'Go to',
  page: 'On this screen',
  app: 'Everywhere',
  rows: 'Walk the rows of a list',
  open: 'Open the row',
  next: 'Next field of a form',
  newLine: 'New line in a long field',
}

export const lock: Texts['lock'] = {
  title: 'Screen locked',
  body: 'Type your password to go on. Drafts are saved on the server.',
  ended: 'Your session has ended',
  endedBody: 'Sign in again to continue where you were.',
  again: 'Sign in again',
  password: 'Password',
  unlock: 'Unlock',
  other: 'Sign out',
}

export const errors: Texts['errors'] = {
  offline: 'The server does not answer',
  offlineCure: 'Nothing is lost. Check the network and try again.',
  forbidden: 'You may not use this function',
  forbiddenCure: 'If your work needs it, ask the administrator of your facility.',
  missing: 'This page or record was not found',
  missingCure: 'The address may be old, or the record is outside of what you may see.',
  failed: 'The server could not do this',
  failedCure: 'Try again. If it happens again, tell your administrator this code: {{code}}.',
  screen: 'This screen has a fault',
}
