import { Button, Modal } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type ComposeAnswer, type ComposeRequest, STATES } from '../../data/contracts.ts'
import { say } from '../../text/index.ts'
import { useFailure } from '../../ui/Notice.tsx'
import { done, refused } from '../../ui/notify.ts'
import { useCompose } from './queries.ts'

export interface StartSlip {
  busy: boolean
  start(request: ComposeRequest): Promise<void>
  /** Asks what to do about a slip that is there; to be drawn by the page. */
  dialog: ReactNode
}

interface Known {
  request: ComposeRequest
  answer: ComposeAnswer & { known: NonNullable<ComposeAnswer['known']> }
}

/** Begins a slip and goes to it. A draft that is there is gone on with; a slip that has left is shown before a second one is written. */
export function useStartSlip(): StartSlip {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const failure = useFailure()
  const compose = useCompose()
  const [known, setKnown] = useState<Known>()
  const write = (id: string): void => void navigate({ to: '/referrals/$id/compose', params: { id } })
  const start = async (request: ComposeRequest): Promise<void> => {
    try {
      const answer = await compose.mutateAsync(request)
      if (answer.known && answer.known.state !== 'draft') setKnown({ request, answer: { ...answer, known: answer.known } })
      else {
        if (!answer.known) done(t('compose.started'))
        write(answer.id)
      }
    } catch (error) {
      const [first] = failure(error)
      refused(first?.text ?? '', first?.cure)
    }
  }
  const close = (): void => setKnown(undefined)
  const dialog = known && (
    <Modal opened onClose={close} title={t('ward.knownTitle')} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <div className="stack">
        <p className="strong">{t('ward.known', { number: known.answer.known.number, state: say(STATES[known.answer.known.state]) })}</p>
        <p>{t('ward.knownBody')}</p>
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button
            variant="default"
            onClick={() => {
              close()
              void start({ ...known.request, another: true })
            }}
          >
            {t('ward.another')}
          </Button>
          <Button
            data-autofocus
            onClick={() => {
              close()
              void navigate({ to: '/referrals/$id', params: { id: known.answer.id } })
            }}
          >
            {t('ward.openKnown')}
          </Button>
        </div>
      </div>
    </Modal>
  )
  return { busy: compose.isPending, start, dialog }
}
