import { useTranslation } from 'react-i18next'
import type { FindingView } from '../../data/contracts.ts'
import { say } from '../../text/index.ts'
import { Badge, type Tone } from '../../ui/Badge.tsx'
import { Panel } from '../../ui/Panel.tsx'
import styles from './referral.module.css'

const TONE: Record<FindingView['severity'], Tone> = { fatal: 'alarm', error: 'red', warning: 'amber', information: 'blue' }

interface Props {
  findings: readonly FindingView[]
  onGo?: (path: string) => void
  /** Name of the field a finding speaks of. */
  labelOf?: (path: string) => string | undefined
}

/** Gaps and abbreviations of a paper, worst first, each with its cure. */
export function FindingList({ findings, onGo, labelOf }: Props) {
  const { t } = useTranslation()
  const order = Object.keys(TONE)
  const sorted = findings.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity))
  return (
    <Panel id="findings" title={t('referral.findings')} count={findings.length}>
      {findings.length === 0 && <p className="soft">{t('referral.noFindings')}</p>}
      <ul className="stack" style={{ gap: 4 }}>
        {sorted.map((finding) => (
          <li key={`${finding.code}${finding.path}${finding.vi}`} className={styles.finding}>
            <Badge tone={TONE[finding.severity]}>{t(`severity.${finding.severity}`)}</Badge>
            <span>
              {finding.path && labelOf?.(finding.path) && <strong>{labelOf(finding.path)}: </strong>}
              {say(finding)} <span className="soft">{say(finding.cure)}</span>{' '}
              {/* What another page corrects (the person of the slip) has no field here: no way leads to nothing. */}
              {onGo && finding.path && labelOf?.(finding.path) && (
                <a
                  style={{ textDecoration: 'underline' }}
                  href={`#field-${finding.path}`}
                  onClick={(event) => {
                    event.preventDefault()
                    onGo(finding.path ?? '')
                  }}
                >
                  {t('compose.gotoField')}
                </a>
              )}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
