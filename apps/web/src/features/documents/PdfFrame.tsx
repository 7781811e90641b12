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

/** The browser's viewer is dark for a moment after its page has loaded, before the paper is drawn; nobody is told when. */
const DRAWN_MS = 700

/** Whether the paper at this address is drawn, as far as can be known; `loaded` is called when its frame has loaded. */
function useDrawn(url: string): { drawn: boolean; loaded(): void } {
  const [loadedUrl, setLoaded] = useState('')
  const [drawnUrl, setDrawn] = useState('')
  useEffect(() => {
    if (loadedUrl === '') return undefined
    const timer = setTimeout(() => setDrawn(loadedUrl), DRAWN_MS)
    return () => clearTimeout(timer)
  }, [loadedUrl])
  return { drawn: drawnUrl === url, loaded: () => setLoaded(url) }
}

/** A PDF of this site inside the page. F12 prints it. */
export function PdfFrame({ url, title, tools }: { url: string; title: string; tools?: ReactNode }) {
  const { t } = useTranslation()
  const frame = useRef<HTMLIFrameElement>(null)
  const [error, setError] = useState<ApiError>()
  const { drawn, loaded } = useDrawn(url)
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
          <div className={styles.frameHold}>
            <iframe
              ref={frame}
              key={url}
              src={`${url}#toolbar=0&navpanes=0&view=FitH`}
              title={title}
              // The browser's viewer swallows every key of ours, and Tab goes round in it: who works by keyboard prints or opens it beside.
              tabIndex={-1}
              className={styles.frame}
              onLoad={(event) => {
                loaded()
                setError(refusal(event.currentTarget))
              }}
            />
            {!drawn && (
              <div className={styles.cover} role="status" data-drawing>
                <span className={styles.sheet} aria-hidden />
                {t('referral.previewComing')}
              </div>
            )}
          </div>
        )}
      </Panel>
    </div>
  )
}
