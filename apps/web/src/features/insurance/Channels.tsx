import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { type ChannelsAnswer, type PortalReceiptView, STATES } from '../../data/contracts.ts'
import { api } from '../../data/http.ts'
import { may, useSession } from '../../data/session.tsx'
import { say } from '../../text/index.ts'
import { Badge } from '../../ui/Badge.tsx'
import { when } from '../../ui/format.ts'
import { Alert, Failure, Loading } from '../../ui/Notice.tsx'
import { Panel } from '../../ui/Panel.tsx'
import styles from './insurance.module.css'

/** The same slip on our exchange, at the BHXH portal and in VNeID, side by side. */
export function Channels({ task, stamp }: { task: string; stamp: number }) {
  const { t } = useTranslation()
  const papers = may(useSession(), 'referral.papers')
  const answer = useQuery({
    queryKey: ['referral', task, 'channels', stamp],
    queryFn: ({ signal }) => api<ChannelsAnswer>(`/fhir/Task/${task}/$channels`, { signal }),
    enabled: papers,
  })
  if (!papers) return null
  const { data } = answer
  return (
    <Panel id="channels" title={t('channels.title')}>
      <div className="stack">
        {answer.isPending && <Loading lines={3} />}
        {answer.error && <Failure error={answer.error} retry={() => void answer.refetch()} />}
        {data?.findings.map((f) => (
          <Alert key={f.code} tone="amber">
            {say(f)} {say(f.cure)}
          </Alert>
        ))}
        {data && (
          <div className={styles.channels}>
            <Exchange data={data} />
            <Portal data={data} />
            <section aria-label="VNeID">
              <h3>VNeID</h3>
              <p>
                {data.vneid.expectedBy
                  ? t(data.vneid.due ? 'channels.due' : 'channels.expected', { by: when(data.vneid.expectedBy) })
                  : t('channels.afterPortal')}
              </p>
              <p className="soft">{t('channels.vneidNote')}</p>
            </section>
          </div>
        )}
      </div>
    </Panel>
  )
}

function Exchange({ data }: { data: ChannelsAnswer }) {
  const { t } = useTranslation()
  const { state, sentAt, deliveredAt } = data.exchange
  return (
    <section aria-label={t('channels.exchange')}>
      <h3>{t('channels.exchange')}</h3>
      <p>
        <Badge tone="green">{say(STATES[state])}</Badge> {data.number}
      </p>
      {sentAt && <p className="soft">{t('channels.sent', { at: when(sentAt) })}</p>}
      {deliveredAt && <p className="soft">{t('channels.delivered', { at: when(deliveredAt) })}</p>}
    </section>
  )
}

function Portal({ data }: { data: ChannelsAnswer }) {
  const { t } = useTranslation()
  const { record, receipts } = data.portal
  return (
    <section aria-label={t('channels.portal')}>
      <h3>{t('channels.portal')}</h3>
      {record && <p className="soft">MA_LK {record}</p>}
      {receipts.length === 0 && <p>{t('channels.noReceipt')}</p>}
      {receipts.map((receipt) => (
        <Receipt key={[receipt.cameAt, receipt.code, receipt.transaction].join()} receipt={receipt} />
      ))}
    </section>
  )
}

const MOST_ERRORS = 5

function Receipt({ receipt }: { receipt: PortalReceiptView }) {
  const { t } = useTranslation()
  const { accepted, transaction, code, receivedAt, cameAt, message, errors } = receipt
  return (
    <div>
      <p>
        <Badge tone={accepted ? 'green' : 'red'}>{t(accepted ? 'channels.accepted' : 'channels.refused')}</Badge>{' '}
        {transaction ?? t('channels.noTransaction')}
      </p>
      <p className="soft">
        {receivedAt ? t('channels.received', { at: when(receivedAt) }) : t('channels.came', { at: when(cameAt) })}
        {!accepted && ` · ${t('channels.code', { code })}`}
        {message && ` · ${message}`}
      </p>
      {errors.slice(0, MOST_ERRORS).map((e) => (
        <p key={[e.code, e.table, e.field, e.text].join()}>
          {[e.code, [e.table, e.field].filter(Boolean).join('.'), e.text].filter(Boolean).join(' · ')}
        </p>
      ))}
      {errors.length > MOST_ERRORS && <p className="soft">{t('channels.moreErrors', { n: errors.length - MOST_ERRORS })}</p>}
    </div>
  )
}
