import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useActionHandler } from '../../actions/context.tsx'
import { ApiError } from '../../data/http.ts'
import { IconOutside } from '../../ui/icons.ts'
import { Failure } from '../../ui/Notice.tsx'
import { Panel } from '../../ui/Panel.tsx'
import styles from './documents.module.css'

/** The outcome that came instead of a PDF, if the frame holds one: same origin, so it can be read. */
function refusal(frame: HTMLIFrameElement): ApiError | undefined {
  const page = frame.contentDocument
  if (!page?.contentType.includes('json')) return undefined
  const body = JSON.parse(page.body.textContent ?? '{}') as { issue?: { details?: { text?: string }; diagnostics?: string }[] }
  const issues = (body.issue ?? []).map((i) => ({ code: '', severity: 'error' as const, text: i.details?.text ?? '', cure: i.diagnostics }))
  return new ApiError(422, issues)
}

/** A PDF of this site inside the page. F12 prints it. */
export function PdfFrame({ url, title, tools }: { url: string; title: string; tools?: ReactNode }) {
  const { t } = useTranslation()
  const frame = useRef<HTMLIFrameElement>(null)
  const [error, setError] = useState<ApiError>()
  const [shown, setShown] = useState('')
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new address starts without the old one's refusal
  useEffect(() => setError(undefined), [url])
  useActionHandler('document.print', error ? undefined : () => frame.current?.contentWindow?.print())
  return (
    <div className={styles.frameBox}>
      <Panel
        flush
        title={title}
        tools={
          <>
            {!error && shown !== url && (
              <span className="soft" role="status">
                {t('referral.previewComing')}
              </span>
            )}
            {tools}
            <a href={url} target="_blank" rel="noreferrer" className="row" style={{ gap: 4 }}>
              {t('referral.openPdf')} <IconOutside size={14} aria-hidden />
            </a>
          </>
        }
      >
        {error ? (
          <div style={{ padding: 10 }}>
            <Failure error={error} title={t('referral.previewFailed')} />
          </div>
        ) : (
          <iframe
            ref={frame}
            key={url}
            src={`${url}#navpanes=0&view=FitH`}
            title={title}
            // The browser's viewer swallows every key of ours, and Tab goes round in it: who works by keyboard prints or opens it beside.
            tabIndex={-1}
            className={styles.frame}
            onLoad={(event) => {
              setShown(url)
              setError(refusal(event.currentTarget))
            }}
          />
        )}
      </Panel>
    </div>
  )
}
