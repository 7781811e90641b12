/** How the demo authority and this site's signer behave, to be switched by whoever tries the province; demo sites only. */
import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { DemoService, DemoSwitch, DemoSwitches as Switches } from '../../data/contracts.ts'
import { api, post } from '../../data/http.ts'
import { Badge } from '../../ui/Badge.tsx'
import { when } from '../../ui/format.ts'
import { Failure } from '../../ui/Notice.tsx'
import { Panel } from '../../ui/Panel.tsx'
import styles from './switches.module.css'
import '../../text/pages/demo.ts'

const WAYS = {
  ocsp: ['other-certificate', 'stranger', 'stale', 'replayed', 'unknown', 'malformed', 'giant', 'drip', 'redirect', 'html'],
  crl: ['stale', 'stranger', 'replayed', 'malformed', 'giant', 'drip', 'redirect', 'html'],
  tsa: ['other-digest', 'nonce', 'stranger', 'time-off', 'malformed', 'giant', 'drip', 'redirect', 'html'],
  signer: [],
} as const

const KEY = ['demo-switches']

interface Press {
  service?: DemoService
  mode?: DemoSwitch['mode']
  seconds?: number
  how?: string
  revoke?: string
}

function usePress() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (press: Press) => post<Switches>('/fhir/$demo-switch', press),
    onSuccess: (answer) => client.setQueryData(KEY, answer),
  })
}

function ServiceRow({ service, at, press }: { service: DemoService; at: DemoSwitch; press(press: Press): void }) {
  const { t } = useTranslation()
  const modes = service === 'signer' ? (['normal', 'slow', 'down'] as const) : (['normal', 'slow', 'wrong', 'down'] as const)
  const name = t(`demo.service.${service}`)
  return (
    <tr data-mode={at.mode}>
      <th scope="row">{name}</th>
      <td>
        <Badge tone={at.mode === 'normal' ? 'green' : at.mode === 'slow' ? 'amber' : 'red'}>{t(`demo.mode.${at.mode}`)}</Badge>
      </td>
      <td>
        <NativeSelect
          size="xs"
          aria-label={t('demo.choose', { name })}
          value={at.mode}
          data={modes.map((mode) => ({ value: mode, label: t(`demo.mode.${mode}`) }))}
          onChange={(event) => press({ service, mode: event.currentTarget.value as DemoSwitch['mode'] })}
        />
      </td>
      <td>
        {at.mode === 'slow' && (
          <TextInput
            size="xs"
            type="number"
            aria-label={t('demo.seconds')}
            rightSection={<span className="soft">{t('demo.secondsShort')}</span>}
            min={1}
            max={600}
            key={at.seconds}
            defaultValue={at.seconds ?? 10}
            onBlur={(event) => {
              const seconds = Number.parseInt(event.currentTarget.value, 10)
              if (seconds >= 1 && seconds <= 600 && seconds !== at.seconds) press({ service, mode: 'slow', seconds })
            }}
          />
        )}
        {at.mode === 'wrong' && service !== 'signer' && (
          <NativeSelect
            size="xs"
            aria-label={t('demo.way', { name })}
            value={at.how ?? WAYS[service][0]}
            data={WAYS[service].map((way) => ({ value: way, label: t(`demo.ways.${way}`) }))}
            onChange={(event) => press({ service, mode: 'wrong', how: event.currentTarget.value })}
          />
        )}
      </td>
    </tr>
  )
}

function Certificates({ rows, press, busy }: { rows: Switches['certificates']; press(press: Press): void; busy: boolean }) {
  const { t } = useTranslation()
  return (
    <table className={styles.switches}>
      <thead>
        <tr>
          <th scope="col">{t('demo.certificate')}</th>
          <th scope="col">{t('demo.site')}</th>
          <th scope="col">{t('demo.notAfter')}</th>
          <th scope="col">{t('demo.state')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((c) => (
          <tr key={c.serial}>
            <th scope="row" title={c.serial}>
              {c.name}
            </th>
            <td>{c.site}</td>
            <td>{when(c.notAfter)}</td>
            <td>
              {c.revokedAt ? (
                <Badge tone="red">{t('demo.revoked', { at: when(c.revokedAt) })}</Badge>
              ) : (
                <Button size="compact-xs" variant="default" disabled={busy} onClick={() => press({ revoke: c.serial })}>
                  {t('demo.revoke')}
                </Button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** Shown where the site has switches at all and the person may press them. */
export function DemoSwitches() {
  const { t } = useTranslation()
  const state = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => api<Switches>('/fhir/$demo-switches', { signal }),
    retry: false,
    refetchInterval: 15_000,
  })
  const press = usePress()
  if (!state.data) return null
  const { services, certificates } = state.data
  return (
    <Panel id="demo-switches" title={t('demo.title')}>
      <p className="soft">{t('demo.about')}</p>
      {press.error && <Failure error={press.error} />}
      <table className={styles.switches}>
        <thead>
          <tr>
            <th scope="col">{t('demo.serviceHead')}</th>
            <th scope="col">{t('demo.state')}</th>
            <th scope="col">{t('demo.switchHead')}</th>
            <th scope="col">{t('demo.detailHead')}</th>
          </tr>
        </thead>
        <tbody>
          {(['ocsp', 'crl', 'tsa', 'signer'] as const).map((service) => {
            const at = services[service]
            return at && <ServiceRow key={service} service={service} at={at} press={press.mutate} />
          })}
        </tbody>
      </table>
      <details>
        <summary>{t('demo.certificates', { n: certificates.length })}</summary>
        <Certificates rows={certificates} press={press.mutate} busy={press.isPending} />
      </details>
    </Panel>
  )
}
