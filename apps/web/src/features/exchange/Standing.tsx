/** A facility's standing at the hub, and its appeal when it is suspended. */
import { Button, Textarea } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { OwnStanding, Suspension } from '../../data/contracts.ts'
import { api, post } from '../../data/http.ts'
import { Badge } from '../../ui/Badge.tsx'
import { when } from '../../ui/format.ts'
import { Failure } from '../../ui/Notice.tsx'
import { Panel } from '../../ui/Panel.tsx'

const KEY = ['own-standing']
const NOTABLE_SKEW_MS = 5_000
const SHORTEST = 10

function AppealForm() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [text, setText] = useState('')
  const send = useMutation({
    mutationFn: () => post<OwnStanding>('/fhir/Organization/$appeal-suspension', { text }),
    onSuccess: (answer) => client.setQueryData(KEY, answer),
  })
  return (
    <>
      <Textarea
        label={t('conduct.appealText')}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        maxLength={2000}
        autosize
        minRows={2}
      />
      <Button size="xs" mt="xs" disabled={text.trim().length < SHORTEST || send.isPending} onClick={() => send.mutate()}>
        {t('conduct.sendAppeal')}
      </Button>
      {send.error && <Failure error={send.error} />}
    </>
  )
}

function Suspended({ suspension }: { suspension: Suspension }) {
  const { t } = useTranslation()
  const waits = suspension.appeals.some((a) => a.decision === null)
  return (
    <>
      <p>
        <span className="strong">{suspension.automatic ? suspension.cause : `${t('conduct.manual')}: ${suspension.reason}`}</span> ·{' '}
        {t('conduct.since', { at: when(suspension.since) })}
      </p>
      <p className="soft">{t('conduct.nothingLost')}</p>
      {suspension.appeals.map((a) => (
        <p key={a.at}>
          {when(a.at)} · {a.by}: {a.text}
          {a.decision && ` — ${t('conduct.decided', { by: a.decidedBy ?? '', reason: a.decisionReason ?? '' })}`}
        </p>
      ))}
      {waits ? <p className="strong">{t('conduct.waiting')}</p> : <AppealForm />}
    </>
  )
}

export function Standing() {
  const { t } = useTranslation()
  const own = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => api<OwnStanding>('/fhir/Organization/$own-standing', { signal }),
    refetchInterval: 60_000,
  })
  if (own.isPending) return null
  if (own.error) return <Failure error={own.error} retry={() => void own.refetch()} />
  const { standing, skewMs } = own.data
  const suspension = standing?.suspended ?? null
  const tone = suspension ? 'red' : standing ? 'green' : 'amber'
  const word = suspension ? 'suspended' : standing ? 'good' : 'unknown'
  const skew = Math.round((skewMs || (standing?.skewMs ?? 0)) / 1000)
  return (
    <Panel id="standing" title={t('conduct.own')}>
      <p>
        <Badge tone={tone}>{t(`conduct.${word}`)}</Badge>{' '}
        {Math.abs(skew * 1000) > NOTABLE_SKEW_MS && (
          <Badge tone="amber">{`${t('conduct.skew')} ${t('conduct.seconds', { count: skew })}`}</Badge>
        )}
      </p>
      {suspension && <Suspended suspension={suspension} />}
    </Panel>
  )
}
