import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ReferralView } from '../../data/contracts.ts'
import { useWatchedPatient } from '../../data/live.ts'
import { may, useSession } from '../../data/session.tsx'
import { Badge } from '../../ui/Badge.tsx'
import { PersonBanner } from '../charting/Banner.tsx'
import { StateBadge } from './StateBadge.tsx'

/** The banner of a referral's person, as the paper names them, with the referral's state. */
export function PersonOf({ view, children }: { view: ReferralView; children?: ReactNode }) {
  const { t } = useTranslation()
  const session = useSession()
  const { patient, allergies } = view.content
  const local = view.patient.id
  useWatchedPatient(local && may(session, 'chart.read') ? local : undefined)
  return (
    <PersonBanner
      name={patient.name}
      sex={patient.sex}
      birthDate={patient.birthDate}
      mrn={patient.mrn}
      citizenId={patient.citizenId}
      phone={patient.phone}
      card={patient.cards[0]}
      allergies={allergies.map((a) => [a.substance, a.reaction && `(${a.reaction})`].filter(Boolean).join(' '))}
    >
      {view.stat && <Badge tone="red">{t('referral.emergency')}</Badge>}
      <StateBadge row={view} full />
      {local && may(session, 'chart.read') && (
        <Link to="/patients/$id" params={{ id: local }}>
          {t('referral.openChart')}
        </Link>
      )}
      {children}
    </PersonBanner>
  )
}
