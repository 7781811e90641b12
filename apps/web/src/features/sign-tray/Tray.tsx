import { useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { ReferralRow } from '../../data/contracts.ts'
import { Worklist } from '../referral/Worklist.tsx'

const COLUMNS = ['patient', 'born', 'number', 'diagnosis', 'to', 'waiting', 'updated'] as const
const address = (row: ReferralRow): string => `/tray/${row.id}`

/** Referrals that wait for a signature. Enter opens one, F9 signs it there, and the next row has the focus. */
export default function Tray() {
  const { t } = useTranslation()
  const { next } = useSearch({ from: '/tray' })
  return (
    <Worklist list="tray" columns={COLUMNS} address={address} focus={next} tools={<span className="soft">{t('signing.inTurn')}</span>} />
  )
}
