import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Issue, IssuesAnswer } from '../../data/contracts.ts'
import { api } from '../../data/http.ts'
import { say } from '../../text/index.ts'
import { Dialog } from '../../ui/Dialog.tsx'
import { Failure, Loading } from '../../ui/Notice.tsx'
import styles from './documents.module.css'

/** What was found about a document when it was taken, each with what to do about it. */
export function IssueList({ issues }: { issues: readonly Issue[] }) {
  const { t } = useTranslation()
  return (
    <section className={styles.issues} aria-label={t('issues.title')} data-issues={issues.length}>
      <p className="strong">{t('issues.title')}</p>
      <ul>
        {issues.map((issue) => (
          <li key={`${issue.code}${issue.path}`}>
            {say(issue)} <span className="soft">{say(issue.cure)}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** A document in a list that was accepted with issues: how many, and on request which. */
export function IssuesButton({ document, count, name }: { document: string; count: number; name: string }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const found = useQuery({
    queryKey: ['issues', document],
    queryFn: ({ signal }) => api<IssuesAnswer>(`/fhir/DocumentReference/${document}/$issues`, { signal }),
    enabled: open,
  })
  return (
    <>
      <button type="button" className={styles.issuesBadge} title={t('issues.hint')} onClick={() => setOpen(true)}>
        {t('issues.count', { n: count })}
        <span className="hidden-text">{name}</span>
      </button>
      {open && (
        <Dialog close={() => setOpen(false)} size="lg" title={name}>
          {found.isPending && <Loading lines={3} />}
          {found.isError && <Failure error={found.error} retry={() => void found.refetch()} />}
          {found.data && <IssueList issues={found.data.findings} />}
        </Dialog>
      )}
    </>
  )
}
