/** A backup is never urgent: beside people at work it takes what they leave. */

import { constants, setPriority } from 'node:os'

/**
 * A low priority for a process; this one without a number, and then not the lowest: it holds all writers still for a
 * moment, and must not be kept waiting itself while it does. A process that is not ours keeps its own.
 */
export function lowerPriority(pid = 0): void {
  try {
    setPriority(pid, pid === 0 ? constants.priority.PRIORITY_BELOW_NORMAL : constants.priority.PRIORITY_LOW)
  } catch (error) {
    const code = (error as { info?: { code?: string } }).info?.code
    if (code !== 'ESRCH' && code !== 'EACCES' && code !== 'EPERM') throw error
  }
}
