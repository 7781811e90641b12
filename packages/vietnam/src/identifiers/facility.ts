/** Facility code (mã CSKCB, QĐ 384/2019): two digits of the province and three characters; letters occur in real lists. */
const FACILITY = /^\d{2}[0-9A-Z]{3}$/

export const isFacilityCode = (text: string): boolean => FACILITY.test(text)

/** Patient number of a facility (MA_BN): any text of 1 to 100 characters without control characters or outer spaces. */
export const isMrn = (text: string): boolean => text.length > 0 && text.length <= 100 && text.trim() === text && !/\p{Cc}/u.test(text)
