import { useNavigate } from '@tanstack/react-router'
import type { SigningRole } from '@yba/vietnam'
import { useTranslation } from 'react-i18next'
import { useActionHandler } from '../../actions/context.tsx'
import type { ReferralView } from '../../data/contracts.ts'
import { say } from '../../text/index.ts'
import { within } from '../../ui/format.ts'
import { useFailure } from '../../ui/Notice.tsx'
import { done, refused } from '../../ui/notify.ts'
import { useSign, useWorklist } from '../referral/queries.ts'

interface Signing {
  /** Role this person may sign as now. */
  role: SigningRole | undefined
  busy: boolean
  sign(): Promise<void>
}

/** What is on screen, so that nothing else gets signed: the frozen paper, or the draft in the version shown. */
function seenOf(view: ReferralView, kind: 'referral' | 'outcome', shown?: number): { digest?: string; draftVersion?: number } {
  const draft = kind === 'referral' ? view.draft : view.outcomeDraft
  const draftVersion = draft && (shown ?? draft.draftVersion)
  if (draftVersion !== undefined) return { draftVersion }
  const digest = view.documents.find((d) => d.kind === kind)?.digest
  return digest ? { digest } : {}
}

/** F9 on a paper: signs as the role whose turn it is, and says what became of it. `after` runs when it was taken; `draftVersion` is the editor's own. */
export function useSigning(
  view: ReferralView | undefined,
  kind: 'referral' | 'outcome',
  after?: () => void,
  draftVersion?: number,
): Signing {
  const { t } = useTranslation()
  const failure = useFailure()
  const request = useSign(view?.id ?? '')
  // The view is read anew while the signature is made; the button stays, busy, until the answer is here.
  const due = view?.canSign[0]
  // Without authority in force there is nothing to press; the page says why.
  const role = request.isPending ? request.variables.role : due === 'authorised' && view?.signRefused ? undefined : due
  const sign = async (): Promise<void> => {
    if (!role || !view || request.isPending) return
    try {
      const now = await request.mutateAsync({ kind, role, ...seenOf(view, kind, draftVersion) })
      const waiting = now?.waitingFor?.find((w) => w.role === role)
      if (waiting?.state === 'failed')
        refused(t('signing.failed'), waiting.why ? `${say(waiting.why)} ${say(waiting.why.cure)}` : waiting.reason)
      else if (waiting) done(t('signing.signing'), t('signing.slow'))
      else
        done(
          t('signing.done', { paper: within(t(`paper.${kind}`)), number: view.number }),
          t('signing.doneBody', { role: t(`signing.${role}`) }),
        )
      after?.()
    } catch (error) {
      const [first] = failure(error)
      refused(first?.text ?? '', first?.cure)
    }
  }
  useActionHandler('referral.sign', role ? () => void sign() : undefined)
  return { role, busy: request.isPending, sign }
}

/** The row after this one in the tray, to return to. */
export function useNextInTray(id: string): { next: string | undefined; position: number; total: number; leave(): void } {
  const navigate = useNavigate()
  const rows = useWorklist('tray').data?.rows ?? []
  const at = rows.findIndex((row) => row.id === id)
  const next = rows[at + 1]?.id ?? rows.find((row) => row.id !== id)?.id
  return {
    next,
    position: at + 1,
    total: rows.length,
    leave: () => void navigate({ to: '/tray', search: next ? { next } : {} }),
  }
}
