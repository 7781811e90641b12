import type { SigningRole } from '@yba/vietnam'
import { useTranslation } from 'react-i18next'
import type { DocumentView, ReferralView } from '../../data/contracts.ts'
import { say } from '../../text/index.ts'
import { Badge } from '../../ui/Badge.tsx'
import { when } from '../../ui/format.ts'
import { Panel } from '../../ui/Panel.tsx'
import styles from '../referral/referral.module.css'
import { SIGNING_TONE, signingStand } from './stand.ts'

const TONE = { ...SIGNING_TONE, signed: 'green' } as const

/** Who must sign this paper, and how far each is. */
export function Signatories({
  view,
  document,
  roles,
}: {
  view: Pick<ReferralView, 'waitingFor' | 'documents'>
  document: DocumentView | undefined
  roles: readonly SigningRole[]
}) {
  const { t } = useTranslation()
  return (
    <Panel id="signatories" title={t('referral.signatures')}>
      <ul className={styles.signatories}>
        {roles.map((role) => {
          const signature = document?.signatures.find((s) => s.role === role)
          const waiting = view.waitingFor.find((w) => w.role === role)
          const state = signature ? 'signed' : waiting ? signingStand(waiting) : 'open'
          return (
            <li key={role} data-state={state}>
              <span className="soft">{t(`signing.${role}`)}</span> <Badge tone={TONE[state]}>{t(`signing.${state}`)}</Badge>{' '}
              {signature && (
                <span>
                  {signature.by}
                  {signature.mandate && ` (${signature.mandate.lines.join(' / ')})`} · {when(signature.signedAt)}
                </span>
              )}
              {waiting?.why ? (
                <span className="soft">
                  {say(waiting.why)} {say(waiting.why.cure)}
                </span>
              ) : (
                waiting?.reason && <span className="soft">{waiting.reason}</span>
              )}
            </li>
          )
        })}
      </ul>
    </Panel>
  )
}
