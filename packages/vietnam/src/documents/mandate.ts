/**
 * By what authority somebody signs for a facility, and how it is written above the signature: NĐ 30/2020/NĐ-CP Art. 13
 * (ký thay, ký thừa lệnh, ký thừa ủy quyền) and Annex I part I item II.7 (quyền hạn, chức vụ của người ký).
 */

/**
 * `head`: the head of the facility; `KT`: a deputy in the head's place (ký thay); `TL`: the head of a department by
 * order (thừa lệnh); `TUQ`: by written authority for a limited time (thừa ủy quyền).
 */
export const SIGNING_FORMS = ['head', 'KT', 'TL', 'TUQ'] as const
export type SigningForm = (typeof SIGNING_FORMS)[number]

/** What a signature says about the authority it was made by; it travels inside the signed header. */
export interface Mandate {
  form: SigningForm
  /** Chức vụ of the head: “Giám đốc”. */
  head: string
  /** Chức vụ of the person who signs; the head's own where the head signs. */
  title: string
  /** Number of the decision (quyết định, quy chế, văn bản ủy quyền). */
  decision: string
  /** Its date, yyyy-mm-dd. */
  decidedOn: string
  /** In force from this instant … */
  from: string
  /** … to before this one; absent: until it is revoked. */
  until?: string
}

const upper = (text: string): string => text.normalize('NFC').toLocaleUpperCase('vi')

/** The lines above a signature: `TL. GIÁM ĐỐC` / `TRƯỞNG PHÒNG KẾ HOẠCH TỔNG HỢP`; the head's is one line. */
export function signingLines(m: Pick<Mandate, 'form' | 'head' | 'title'>): string[] {
  return m.form === 'head' ? [upper(m.head)] : [`${m.form}. ${upper(m.head)}`, upper(m.title)]
}

const pad = (n: number): string => String(n).padStart(2, '0')

const VIETNAM_OFFSET = 7 * 3_600_000

/** Day of an instant in Vietnam, dd/mm/yyyy, with the hour where the period does not begin or end with a day. */
function moment(at: number): string {
  const t = new Date(at + VIETNAM_OFFSET)
  const day = `${pad(t.getUTCDate())}/${pad(t.getUTCMonth() + 1)}/${t.getUTCFullYear()}`
  const hour = `${pad(t.getUTCHours())}:${pad(t.getUTCMinutes())}`
  return hour === '00:00' ? day : `${hour} ${day}`
}

/** `QĐ số 12/QĐ-BV ngày 02/01/2026, hiệu lực 05/01/2026 – 31/12/2026`: for screens and the receiver. */
export function mandateBasis(m: Mandate): string {
  const [year, month, day] = m.decidedOn.split('-')
  const from = moment(Date.parse(m.from))
  const end = m.until === undefined ? undefined : Date.parse(m.until)
  // A period that ends with a day is said by its last day.
  const wholeDay = end !== undefined && moment(end).length === 10
  const until = end === undefined ? 'đến khi thu hồi' : `– ${moment(wholeDay ? end - 86_400_000 : end)}`
  return `QĐ số ${m.decision} ngày ${day}/${month}/${year}, hiệu lực ${from} ${until}`
}

const LONGEST = 200
const isWord = (value: unknown): value is string => typeof value === 'string' && value !== '' && value.length <= LONGEST
const isInstant = (value: unknown): value is string => isWord(value) && !Number.isNaN(Date.parse(value))

/** A mandate as it was read from elsewhere, or undefined where it is none: it is shown, never judged. */
export function readMandate(value: unknown): Mandate | undefined {
  const m = value as Partial<Mandate> | null | undefined
  if (typeof m !== 'object' || m === null) return undefined
  const { form, head, title, decision, decidedOn, from, until } = m
  if (!SIGNING_FORMS.some((f) => f === form) || !isWord(head) || !isWord(title) || !isWord(decision)) return undefined
  if (typeof decidedOn !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(decidedOn) || !isInstant(from)) return undefined
  if (until !== undefined && !isInstant(until)) return undefined
  return { form: form as SigningForm, head, title, decision, decidedOn, from, ...(until === undefined ? {} : { until }) }
}
