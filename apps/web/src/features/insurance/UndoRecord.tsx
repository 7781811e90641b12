import { Button, Modal, NativeSelect, Textarea } from '@mantine/core'
import { type UseQueryResult, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ctrlEnterSends } from '../../actions/keys.ts'
import type { UndoAnswer, UndoPreview, UndoRequest } from '../../data/contracts.ts'
import { ApiError, api, post } from '../../data/http.ts'
import { may, useSession } from '../../data/session.tsx'
import { say } from '../../text/index.ts'
import { Key } from '../../ui/ActionButton.tsx'
import { Alert, Failure, Loading } from '../../ui/Notice.tsx'

/** The state that was shown is not the state any more. */
const isChanged = (error: unknown): boolean => error instanceof ApiError && error.code === 'claim-undo-changed'

const CAUSES = ['wrong-person', 'wrong-stay', 'other'] as const satisfies readonly UndoRequest['why'][]

/** Which slips, and what a person must decide. */
function Findings({ of }: { of: UndoAnswer['findings'] }) {
  return of.map((finding) => (
    <Alert key={finding.code + finding.vi} tone={finding.severity === 'warning' ? 'amber' : 'blue'}>
      <div>{say(finding)}</div>
      <div className="soft">{say(finding.cure)}</div>
    </Alert>
  ))
}

/** What became of it, said once. */
function Done({ answer, close }: { answer: UndoAnswer; close(): void }) {
  const { t } = useTranslation()
  return (
    <div className="stack" role="status">
      <span>{t('claim.undoDone', { record: answer.record, n: answer.marked })}</span>
      <Findings of={answer.findings} />
      <div className="row" style={{ justifyContent: 'flex-end' }}>
        <Button onClick={close}>{t('app.close')}</Button>
      </div>
    </div>
  )
}

/** What taking it back would do as things stand: this is what is confirmed, and nothing else is done. */
function Foreseen({ preview, changed }: { preview: UseQueryResult<UndoPreview>; changed: boolean }) {
  const { t } = useTranslation()
  const { data } = preview
  if (preview.error) return <Failure error={preview.error} retry={() => void preview.refetch()} />
  if (!data) return <Loading lines={3} />
  return (
    <div className="stack" aria-live="polite" data-foreseen>
      {changed && <Alert tone="red">{t('claim.undoChanged')}</Alert>}
      <span className="strong">{t('claim.undoForeseen')}</span>
      <span>{t('claim.undoLines', { n: data.marked, name: data.patient.name || data.record })}</span>
      <Findings of={data.findings} />
    </div>
  )
}

function Dialog({ record, close }: { record: string; close(): void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [why, setWhy] = useState<UndoRequest['why']>('wrong-person')
  const [reason, setReason] = useState('')
  const [asked, setAsked] = useState(false)
  const preview = useQuery({
    queryKey: ['undo-claim-preview', record],
    queryFn: () => api<UndoPreview>(`/fhir/$undo-claim-preview?record=${encodeURIComponent(record)}`),
    gcTime: 0,
    // What is confirmed stands still while it is read.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  })
  const undo = useMutation({
    mutationFn: (said: UndoRequest) => post<UndoAnswer>('/fhir/$undo-claim', said),
    onError: (error) => void (isChanged(error) && preview.refetch()),
  })
  const seen = preview.data?.seen
  const given = reason.trim()
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setAsked(true)
    if (given && seen && !undo.isPending && !preview.isFetching) undo.mutate({ record, why, reason: given, seen })
  }
  const end = (): void => {
    close()
    if (undo.data) void client.invalidateQueries()
  }
  return (
    <Modal opened onClose={end} title={t('claim.undoTitle', { record })} closeButtonProps={{ 'aria-label': t('app.close') }}>
      {undo.data ? (
        <Done answer={undo.data} close={end} />
      ) : (
        <form className="stack" noValidate onSubmit={submit}>
          <span className="soft">{t('claim.undoLead')}</span>
          <Foreseen preview={preview} changed={isChanged(undo.error)} />
          <NativeSelect
            label={t('claim.undoWhy')}
            data={CAUSES.map((value) => ({ value, label: t(`claim.undoCause.${value}`) }))}
            value={why}
            onChange={(event) => setWhy(event.currentTarget.value as UndoRequest['why'])}
          />
          <Textarea
            label={t('claim.undoReason')}
            required
            autosize
            minRows={3}
            maxLength={500}
            data-autofocus
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            onKeyDown={ctrlEnterSends}
            error={asked && !given ? t('claim.undoReasonNeeded') : undefined}
          />
          {undo.error && !isChanged(undo.error) && <Failure error={undo.error} />}
          <div className="row" style={{ justifyContent: 'flex-end' }}>
            <Button variant="default" onClick={close}>
              {t('app.cancel')}
            </Button>
            <Button
              type="submit"
              color="red"
              loading={undo.isPending}
              disabled={!seen || preview.isFetching}
              aria-keyshortcuts="Control+Enter"
            >
              {t('claim.undo')}
              <Key name="Ctrl+Enter" />
            </Button>
          </div>
        </form>
      )}
    </Modal>
  )
}

/**
 * Takes back a mistaken record of the HIS; offered to those who may. Without a record only the answer about the one just
 * taken back stays until it was read.
 */
export function UndoRecord({ record }: { record: string | undefined }) {
  const { t } = useTranslation()
  const session = useSession()
  const [open, setOpen] = useState<string>()
  if (!may(session, 'claim.undo')) return null
  return (
    <>
      {record && (
        <Button size="compact-xs" variant="default" onClick={() => setOpen(record)}>
          {t('claim.undoOpen')}
        </Button>
      )}
      {open && <Dialog record={open} close={() => setOpen(undefined)} />}
    </>
  )
}
