/** Instants as PostgreSQL takes them. */
import { EARLIEST, LATEST } from '@yba/fhir'

/** ISO text of milliseconds, held within the years 1 to 9999: a zone's shift can lead just outside. */
export const instant = (ms: number): string => new Date(Math.min(LATEST, Math.max(EARLIEST, ms))).toISOString()
