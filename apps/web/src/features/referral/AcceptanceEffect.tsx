import { useTranslation } from 'react-i18next'
import type { AcceptancePreview } from '../../data/contracts.ts'
import { Panel } from '../../ui/Panel.tsx'
import styles from './acceptance.module.css'

const ORDER = ['auto', 'desk', 'doctor'] as const

/** How many slips of the last month would have gone which way, under the policy in force and under the draft. */
export function AcceptanceEffect({ effect, bare }: { effect: AcceptancePreview['effect']; bare?: boolean }) {
  const { t } = useTranslation()
  const bar = (counts: AcceptancePreview['effect']['now']) => (
    <div className={styles.bar}>
      {ORDER.filter((d) => counts[d] > 0).map((d) => (
        <span key={d} data-decision={d} style={{ flexGrow: counts[d] }}>
          {t(`acceptance.decision.${d}`)} {counts[d]}
        </span>
      ))}
    </div>
  )
  const body =
    effect.slips === 0 ? (
      <p className="soft">{t('acceptance.effectNone')}</p>
    ) : (
      <>
        <div className={styles.counts}>
          <span>{t('acceptance.effectNow')}</span>
          {bar(effect.now)}
          <span>{t('acceptance.effectThen')}</span>
          {bar(effect.then)}
        </div>
        <p>{t('acceptance.effectMoved', { n: effect.moved })}</p>
      </>
    )
  if (bare) return body
  return (
    <Panel id="acceptance-effect" title={t('acceptance.effect', { n: effect.slips })}>
      {body}
    </Panel>
  )
}
