/** Whether a text names a moment. */
export const isInstant = (text: unknown): boolean =>
  typeof text === 'string' && /^\d{4}-\d{2}-\d{2}T/.test(text) && !Number.isNaN(Date.parse(text))
