/** What a message is, and why it stands where it stands, in words. */
import i18next from 'i18next'
import { useTranslation } from 'react-i18next'
import { EVENT_TEXT, type LetterView, type MessageRow, type ReferralEvent, type WhyView } from '../../data/contracts.ts'
import { currentLanguage, say } from '../../text/index.ts'
import type { Tone } from '../../ui/Badge.tsx'

/** "Phiếu chuyển", "Phản hồi điều trị", or the step it proposes. */
export function useWhat(): (row: MessageRow) => string {
  const { t } = useTranslation()
  return (row) => {
    if (row.what === 'send' || row.what === 'answer') return t(`exchange.papers.${row.what}`)
    const text = EVENT_TEXT[row.what as ReferralEvent]
    return t('exchange.step', { step: text ? say(text) : row.what })
  }
}

const LINE_CODES = [
  'connection-refused',
  'name-unknown',
  'no-route',
  'timeout',
  'cut',
  'certificate',
  'no-answer',
  'no-key',
  'hub-unreachable',
  'throttled',
  'node-suspended',
  'exception',
  'unforeseen',
  'reoffer-early',
] as const

/** Words for a code of the line. */
export function lineWords(code: string): string {
  const plain = LINE_CODES.find((c) => c === code)
  if (plain) return i18next.t(`exchange.why.${plain}`)
  if (code.startsWith('not-let-in:')) return i18next.t('exchange.why.not-let-in', { code: code.slice(11) })
  if (code.startsWith('status-')) return i18next.t('exchange.why.status', { code: code.slice(7) })
  return code
}

/** The outcome's own words where there are some, else what the code means. */
export function whyWords(why: WhyView | undefined): string {
  if (!why) return ''
  const own = currentLanguage() === 'en' ? (why.en ?? why.vi) : (why.vi ?? why.en)
  return own ?? lineWords(why.code)
}

export function cureWords(why: WhyView | undefined): string {
  const cure = why?.cure
  return (currentLanguage() === 'en' ? (cure?.en ?? cure?.vi) : (cure?.vi ?? cure?.en)) ?? ''
}

export const stateTone = (row: MessageRow): Tone =>
  row.letter || row.state === 'refused'
    ? 'red'
    : row.state === 'parked' || row.state === 'waiting'
      ? 'amber'
      : row.state === 'sending'
        ? 'blue'
        : 'green'

export function whatToDo(letter: LetterView): 'exchange.doRefused' | 'exchange.doFailing' | 'exchange.doUnreachable' {
  return ({ refused: 'exchange.doRefused', failing: 'exchange.doFailing', unreachable: 'exchange.doUnreachable' } as const)[letter.cause]
}
