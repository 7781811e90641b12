/** Where each site of the dying province (box/faults.slow.ts) is killed, one process after the other. */
export const WAYS = {
  'bac-giang': [
    'import.before-commit',
    'import.after-commit',
    'sign.after-prepare',
    'sign.before-record',
    'sign.after-record',
    'outbox.before-send',
    'outbox.after-send',
    'feed.before-apply',
    'feed.after-apply',
  ],
  hub: ['hub.before-commit', 'hub.after-commit', 'hub.before-commit:2', 'hub.after-commit:2'],
  'bach-mai': [
    'feed.before-apply',
    'feed.after-apply',
    'acceptance.before-commit',
    'acceptance.after-commit',
    'outbox.before-send',
    'outbox.after-send',
    'sign.before-record',
    'sign.after-record',
  ],
}
