import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError, type Issue } from '../data/http.ts'
import { IconAlert } from './icons.ts'
import styles from './ui.module.css'

/** Nothing to show, said in words: what is empty and what to do about it. */
/** A list with nothing in it, in one quiet line. */
export function Nothing({ children }: { children: ReactNode }) {
  return <p className={styles.nothing}>{children}</p>
}

/** `page`: it is all there is on the page, so its title is the page's. */
export function Empty({ title, cure, page, children }: { title: string; cure?: string; page?: boolean; children?: ReactNode }) {
  const Title = page ? 'h1' : 'h2'
  return (
    <div className={styles.notice}>
      <Title>{title}</Title>
      {cure && <p>{cure}</p>}
      {children}
    </div>
  )
}

/** Quiet bars while something loads; read out once. */
export function Loading({ lines = 6 }: { lines?: number }) {
  const { t } = useTranslation()
  return (
    <div className="stack" role="status" aria-label={t('app.loading')} style={{ padding: 12 }}>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: identical bars, never reordered
        <div key={line} className={styles.bar} style={{ width: `${96 - ((line * 17) % 40)}%` }} />
      ))}
    </div>
  )
}

/** What a failed request means in the person's words. */
export function useFailure(): (error: unknown) => Issue[] {
  const { t } = useTranslation()
  return (error) => {
    const issue = (text: string, cure: string): Issue[] => [{ code: '', severity: 'error', text, cure }]
    if (!(error instanceof ApiError)) return issue(t('errors.screen'), error instanceof Error ? error.message : String(error))
    if (error.issues.length > 0) return error.issues
    if (error.status === 0) return issue(t('errors.offline'), t('errors.offlineCure'))
    if (error.status === 403) return issue(t('errors.forbidden'), t('errors.forbiddenCure'))
    if (error.status === 404 || error.status === 410) return issue(t('errors.missing'), t('errors.missingCure'))
    return issue(t('errors.failed'), t('errors.failedCure', { code: error.status }))
  }
}

/** A refusal, with its cure and a way on. */
export function Failure({ error, retry, title }: { error: unknown; retry?: () => void; title?: string }) {
  const { t } = useTranslation()
  const failure = useFailure()
  return (
    <div className={styles.alert} role="alert">
      <IconAlert size={18} color="#b42318" aria-hidden />
      <div className="grow stack">
        {title && <strong>{title}</strong>}
        <ul>
          {failure(error).map((issue) => (
            <li key={`${issue.code}${issue.path}${issue.text}`}>
              <span className={title ? undefined : 'strong'}>{issue.text}</span>
              {issue.cure && <div className={styles.cure}>{issue.cure}</div>}
            </li>
          ))}
        </ul>
        {retry && (
          <div>
            <Button variant="default" size="compact-xs" onClick={retry}>
              {t('app.retry')}
            </Button>
          </div>
        )}
      </div>
    </div>
  )
}

/** A quiet coloured line. */
export function Alert({ tone, children }: { tone: 'amber' | 'green' | 'blue' | 'red'; children: ReactNode }) {
  return (
    <div className={styles.alert} data-tone={tone}>
      <div className="grow">{children}</div>
    </div>
  )
}
