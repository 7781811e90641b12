import { useTranslation } from 'react-i18next'
import type { ReferralView } from '../../data/contracts.ts'
import { Panel } from '../../ui/Panel.tsx'
import styles from './referral.module.css'

/** What a receiver must know before anything else: why, diagnosis, medicines, last results, allergies. */
export function FiveLines({ highlights: h }: Pick<ReferralView, 'highlights'>) {
  const { t } = useTranslation()
  const lines = [
    ['why', t('referral.why'), h.why],
    ['diagnosis', t('referral.hlDiagnosis'), h.diagnosis],
    ['medicines', t('referral.hlMedicines'), h.medicines],
    ['results', t('referral.hlResults'), h.results],
    ['allergies', t('referral.hlAllergies'), h.allergies],
  ] as const
  return (
    <Panel id="highlights" flush title={t('referral.highlights')}>
      <dl className={styles.five}>
        {lines.map(([key, label, text]) => (
          <div key={key} style={{ display: 'contents' }}>
            <dt>{label}</dt>
            <dd className={key === 'allergies' && text ? styles.alarm : undefined}>
              {text || <span className="soft">{t('app.unknown')}</span>}
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  )
}
