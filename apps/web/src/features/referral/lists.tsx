import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useActionHandler } from '../../actions/context.tsx'
import type { ReferralRow, ShadowAnswer } from '../../data/contracts.ts'
import { may, useSession } from '../../data/session.tsx'
import { ActionButton } from '../../ui/ActionButton.tsx'
import { done, refused } from '../../ui/notify.ts'

import { Worklist } from './Worklist.tsx'

const ShadowDialog = lazy(async () => ({ default: (await import('./ShadowDialog.tsx')).ShadowDialog }))

const page = (row: ReferralRow): string => `/referrals/${row.id}`
const composer = (row: ReferralRow): string => `/referrals/${row.id}/compose`

const SENT = ['patient', 'born', 'number', 'diagnosis', 'to', 'departure', 'state', 'updated'] as const
const RECEIVED = ['patient', 'need', 'diagnosis', 'from', 'born', 'number', 'state'] as const
const DRAFTS = ['patient', 'born', 'number', 'diagnosis', 'to', 'departure', 'updated'] as const

export const Sent = () => <Worklist list="sent" columns={SENT} address={page} />
export const Received = () => (
  <Worklist
    list="received"
    inbox
    columns={RECEIVED}
    address={page}
    tools={
      <>
        <ActionButton id="referral.scan" />
        <PaperSlip />
      </>
    }
  />
)
export const Drafts = () => <Worklist list="drafts" columns={DRAFTS} address={composer} />

/** The patient is here with a paper slip, and the list does not show it. */
function PaperSlip() {
  const { t } = useTranslation()
  const session = useSession()
  const navigate = useNavigate()
  const [open, setOpen] = useState(false)
  const allowed = may(session, 'referral.arrive')
  useActionHandler('referral.paper-slip', allowed ? () => setOpen(true) : undefined)
  if (!allowed) return null
  const recorded = ({ id, known, fits }: ShadowAnswer): void => {
    setOpen(false)
    if (!known) done(t('shadow.recorded'), t('shadow.recordedBody'))
    else if (fits) done(t('shadow.known'), t('shadow.knownBody'))
    else refused(t('shadow.otherPerson'), t('shadow.otherPersonCure'))
    void navigate({ to: '/referrals/$id', params: { id } })
  }
  return (
    <>
      <Button variant="default" rightSection={<kbd>F3</kbd>} onClick={() => setOpen(true)}>
        {t('shadow.button')}
      </Button>
      {open && (
        <Suspense>
          <ShadowDialog close={() => setOpen(false)} done={recorded} />
        </Suspense>
      )}
    </>
  )
}
