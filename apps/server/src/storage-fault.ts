/** Faults of disk, line and database: they pass, and say nothing of what was being written. */

/** What disks and PostgreSQL say when nothing can be written; the value is said to the caller. */
const STORAGE: Record<string, string> = {
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
  EROFS: 'disk-read-only',
  EIO: 'disk-failing',
  '53100': 'disk-full',
  '53200': 'database-busy',
  '53300': 'database-busy',
  '25006': 'database-read-only',
  '57P01': 'database-away',
  '57P02': 'database-away',
  '57P03': 'database-away',
  '58030': 'disk-failing',
  '08006': 'database-away',
  '08001': 'database-away',
  // Outcomes of the store: others wrote the same at once, or the audit takes no rows.
  'too-busy': 'database-busy',
  'version-conflict': 'database-busy',
  'audit-unavailable': 'database-read-only',
}

/** Why nothing can be written, where that is what the error says. */
export function storageFault(error: { code?: unknown; message?: string; syscall?: unknown }): string | undefined {
  const code = typeof error.code === 'string' ? error.code : ''
  if (
    code === 'ECONNREFUSED' ||
    code === 'ECONNRESET' ||
    /^Connection terminated|timeout exceeded when trying to connect/.test(error.message ?? '')
  ) {
    return 'database-away'
  }
  return STORAGE[code]
}

/** Too many open files, a lock or a statement that took too long, transactions in each other's way. */
const CROWDED = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'EBUSY', 'ESTALE', 'ETIMEDOUT', 'EPIPE', '40001', '40P01', '55P03', '57014'])

/** Whether the same work may succeed later without anybody mending anything of ours. */
export function willPass(error: unknown): boolean {
  const fault = (error ?? {}) as { code?: unknown; message?: string }
  return storageFault(fault) !== undefined || CROWDED.has(String(fault.code ?? '')) || /^(08|53|58)...$/.test(String(fault.code ?? ''))
}
