const LOCAL_OFFSET_MS = 7 * 3_600_000

/** FHIR dateTime of the site's zone (+07:00), to the second. */
export function localDateTime(at: Date): string {
  return `${new Date(at.getTime() + LOCAL_OFFSET_MS).toISOString().slice(0, 19)}+07:00`
}
