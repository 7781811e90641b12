import { useTranslation } from 'react-i18next'
import type { ReferralView } from '../../data/contracts.ts'
import { day } from '../../ui/format.ts'

/** Whose slip a question is about: the page behind it is dim, and two tabs look alike. */
export function WhoLine({ view }: { view: Pick<ReferralView, 'patient' | 'number'> }) {
  const { t } = useTranslation()
  const { name, sex, birthDate } = view.patient
  return (
    <p style={{ overflowWrap: 'anywhere' }}>
      <span className="strong">{name}</span>{' '}
      <span className="soft">{[t(`sex.${sex}`), day(birthDate), view.number].filter(Boolean).join(' · ')}</span>
    </p>
  )
}
