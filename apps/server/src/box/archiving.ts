/**
 * The log archive of the embedded cluster: `wal/` beside `cluster/`, one compressed segment per file. It exists from the
 * first backup on; until then finished segments are let go, because without a backup they serve nobody.
 */

const KEPT = '../wal/%f'

/** PostgreSQL runs it in the cluster's folder. A segment that is there already must be the same one, else archiving stops loudly. */
const COMMAND = [
  'test ! -d ../wal',
  `{ test -f ${KEPT}.gz && gzip -dc ${KEPT}.gz | cmp -s - %p; }`,
  `{ test ! -f ${KEPT}.gz && gzip -1c %p > ${KEPT}.new && sync ${KEPT}.new && mv ${KEPT}.new ${KEPT}.gz && sync ../wal; }`,
].join(' || ')

/** Settings of a cluster whose log is kept for recovery to a point in time; at most a minute of work is only in `pg_wal`. */
export const ARCHIVING: Record<string, string> = { archive_mode: 'on', archive_timeout: '60', archive_command: COMMAND }
