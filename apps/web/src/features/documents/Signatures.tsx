import { useTranslation } from 'react-i18next'
import type { DocumentView, SignatureView, Verdict } from '../../data/contracts.ts'
import { say } from '../../text/index.ts'
import { Badge, type Tone } from '../../ui/Badge.tsx'
import { when } from '../../ui/format.ts'
import styles from './documents.module.css'
import { EvidenceLines, LegalUseNote } from './Evidence.tsx'
import { IssueList } from './Issues.tsx'

const TONE: Record<Verdict, Tone> = { valid: 'green', invalid: 'alarm', indeterminate: 'amber', pending: 'grey' }
const WORST: readonly Verdict[] = ['invalid', 'indeterminate', 'pending', 'valid']

export function VerdictBadge({ verdict }: { verdict: Verdict }) {
  const { t } = useTranslation()
  return (
    <span data-state={verdict}>
      <Badge tone={TONE[verdict]}>{t(`signing.verdict.${verdict}`)}</Badge>
    </span>
  )
}

/** Per role: the worst verdict of its signatures, or undefined when it has not signed. */
function verdictOf(document: DocumentView, role: SignatureView['role']): Verdict | undefined {
  const verdicts = document.signatures.filter((s) => s.role === role).map((s) => s.verdict)
  return WORST.find((verdict) => verdicts.includes(verdict))
}

/** One badge per role that must sign. */
export function VerdictSummary({ document }: { document: DocumentView }) {
  const { t } = useTranslation()
  return (
    <span className="row" style={{ gap: 4, flexWrap: 'nowrap' }}>
      {document.required.map((role) => {
        const verdict = verdictOf(document, role)
        const text = verdict ? t(`signing.verdict.${verdict}`) : t('signing.missing')
        return (
          <span key={role} data-state={verdict ?? 'open'}>
            <Badge tone={verdict ? TONE[verdict] : 'grey'} title={`${t(`signing.${role}`)}: ${text}`}>
              {verdict === 'valid' ? '✓' : verdict === 'invalid' ? '✗' : '…'} {t(`signing.short.${role}`)}
              <span className="hidden-text">{text}</span>
            </Badge>
          </span>
        )
      })}
    </span>
  )
}

function SignatureLine({ signature }: { signature: SignatureView }) {
  const { t } = useTranslation()
  return (
    <li className={styles.signature}>
      <div className="row">
        <VerdictBadge verdict={signature.verdict} />
        <span className="strong">{signature.by}</span>
        <span className="soft">
          {t(`signing.${signature.role}`)} · {t(`signing.kind.${signature.kind}`)} · {when(signature.signedAt)}
        </span>
      </div>
      {signature.mandate && (
        <p className={styles.mandate} data-mandate>
          <span className="strong">{signature.mandate.lines.join(' / ')}</span> · {t('authority.by', { basis: signature.mandate.basis })}
        </p>
      )}
      {signature.reasons.map((reason) => (
        <p key={reason.code} className={styles.reason}>
          {say(reason)} {reason.cure && <span className="soft">{say(reason.cure)}</span>}
        </p>
      ))}
      <EvidenceLines signature={signature} />
    </li>
  )
}

/** All signatures of one paper with verdict and reasons, and the roles still missing. */
export function Signatures({ document }: { document: DocumentView }) {
  const { t } = useTranslation()
  const missing = document.required.filter((role) => verdictOf(document, role) === undefined)
  return (
    <div className="stack" style={{ gap: 2 }}>
      <div className="row">
        <span className="strong">{document.title}</span>
        <span className="soft">
          {document.number} · {t('signing.version', { n: document.version })}
        </span>
      </div>
      {document.source && <p className="soft">{t('signing.composedFrom', { record: document.source })}</p>}
      <LegalUseNote documents={[document]} />
      {document.issues && <IssueList issues={document.issues} />}
      <ul>
        {document.signatures.map((signature) => (
          <SignatureLine key={`${signature.role}${signature.kind}`} signature={signature} />
        ))}
        {missing.map((role) => (
          <li key={role} className={styles.signature} data-state="open">
            <div className="row">
              <Badge>{t('signing.missing')}</Badge>
              <span>{t(`signing.${role}`)}</span>
            </div>
          </li>
        ))}
      </ul>
      <p className={styles.digest}>
        {t('signing.digest')}: <code>{document.digest}</code>
      </p>
    </div>
  )
}
