import { useTranslation } from 'react-i18next'
import type { DocumentView, LegalUse, SignatureView } from '../../data/contracts.ts'
import { say } from '../../text/index.ts'
import { when } from '../../ui/format.ts'
import styles from './documents.module.css'

/** Host of the service asked, for the line that says where evidence came from. */
function hostOf(source: string | undefined): string | undefined {
  return source && URL.canParse(source) ? new URL(source).host : undefined
}

/** What a verdict rests on, and what is still awaited of whom. */
export function EvidenceLines({ signature }: { signature: SignatureView }) {
  const { t } = useTranslation()
  const { evidence = [], awaited = [] } = signature
  return (
    <ul className={styles.evidence}>
      {evidence.map((e) => {
        const host = hostOf(e.source)
        const what = t(`signing.evidence.${e.kind}`)
        return (
          <li key={e.digest} title={e.digest}>
            {host ? t('signing.evidenceFrom', { what, host, at: when(e.at) }) : t('signing.evidenceEnclosed', { what, at: when(e.at) })}
          </li>
        )
      })}
      {awaited.map((w) => (
        <li key={w.kind} data-state="awaited">
          {t(`signing.awaited.${w.kind}`, { since: when(w.since), attempts: w.attempts })}
          {w.fault && ` ${say(w.fault)}`}
        </li>
      ))}
    </ul>
  )
}

const WORST: readonly LegalUse[] = ['quarantined', 'waiting', 'usable']

/** Says when papers may not be used where the law asks for a signature; reading them for care is never in question. */
export function LegalUseNote({ documents }: { documents: readonly DocumentView[] }) {
  const { t } = useTranslation()
  const use = WORST.find((u) => documents.some((d) => d.legalUse === u))
  if (!use || use === 'usable' || !documents.some((d) => d.signatures.length > 0)) return null
  return (
    <p className={styles.legal} data-use={use} role={use === 'quarantined' ? 'alert' : 'note'}>
      {t(`signing.legal.${use}`)}
    </p>
  )
}
