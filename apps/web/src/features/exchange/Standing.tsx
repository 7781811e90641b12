/** A facility's standing at the hub, and its appeal when it is suspended. */
import { Button, Textarea } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { OwnStanding, Suspension } from '../../data/contracts.ts'
import { api, post } from '../../data/http.ts'
import { Badge } from '../../ui/Badge.tsx'
import { when } from '../../ui/format.ts'
import { IconAlert } from '../../ui/icons.ts'
import { Failure } from '../../ui/Notice.tsx'
import { Panel } from '../../ui/Panel.tsx'
import ui from '../../ui/ui.module.css'
import { SuspensionFacts } from './Conduct.tsx'
import '../../text/pages/conduct.ts'

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
    <div className="stack">
      <p className="soft">{t('conduct.asks')}</p>
      <Textarea
        label={t('conduct.appealText')}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        maxLength={2000}
        autosize
        minRows={2}
      />
      <div>
        <Button disabled={text.trim().length < SHORTEST || send.isPending} onClick={() => send.mutate()}>
          {t('conduct.sendAppeal')}
        </Button>
      </div>
      {send.error && <Failure error={send.error} />}
    </div>
  )
}

function Suspended({ suspension }: { suspension: Suspension }) {
  const { t } = useTranslation()
  const waits = suspension.appeals.some((a) => a.decision === null)
  return (
    <div className="stack">
      <div className={ui.alert} role="alert">
        <IconAlert size={18} color="#b42318" aria-hidden />
        <div className="grow">
          <strong>{t('conduct.suspended')}</strong>
          <div className={ui.cure}>{t('conduct.nothingLost')}</div>
        </div>
      </div>
      <SuspensionFacts suspension={suspension} />
      {waits ? (
        <p>
          <Badge tone="amber">{t('conduct.waiting')}</Badge>
        </p>
      ) : (
        <AppealForm />
      )}
    </div>
  )
}

/** What the hub's operator refused for good, with the words meant for us. */
function Refused({ refused }: { refused: NonNullable<NonNullable<OwnStanding['standing']>['refused']> }) {
  const { t } = useTranslation()
  return (
    <div>
      <p className="strong">{t('conduct.refusedTitle')}</p>
      <ul>
        {refused.map((r) => (
          <li key={`${r.at}${r.number}`}>
            {r.number || t('quarantine.noNumber')} · {when(r.at)}: {r.reason} <code>{r.code}</code>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** @param quiet only when there is something to do or to read */
export function Standing({ quiet = false }: { quiet?: boolean }) {
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
  if (quiet && !suspension && !standing?.refused?.length) return null
  const skew = Math.round((skewMs || (standing?.skewMs ?? 0)) / 1000)
  const skewed = Math.abs(skew * 1000) > NOTABLE_SKEW_MS
  return (
    <Panel id="standing" title={t('conduct.own')}>
      {(!suspension || skewed) && (
        <p className="row">
          {!suspension && <Badge tone={tone}>{t(`conduct.${word}`)}</Badge>}
          {skewed && <Badge tone="amber">{`${t('conduct.skew')} ${t('conduct.seconds', { count: skew })}`}</Badge>}
        </p>
      )}
      {suspension && <Suspended suspension={suspension} />}
      {(standing?.refused?.length ?? 0) > 0 && <Refused refused={standing?.refused ?? []} />}
    </Panel>
  )
}
