import type { ReactNode } from 'react'
import styles from './ui.module.css'

interface Props {
  title?: ReactNode
  count?: number
  /** Right side of the head. */
  tools?: ReactNode
  id?: string
  /** No inner padding: for tables and frames. */
  flush?: boolean
  children: ReactNode
}

/** A white block with a small head. */
export function Panel({ title, count, tools, id, flush, children }: Props) {
  const heading = id ? `${id}-title` : undefined
  return (
    <section className={styles.panel} id={id} aria-labelledby={title && heading ? heading : undefined}>
      {title && (
        <div className={styles.panelHead}>
          <h2 id={heading}>
            {title} {count !== undefined && <span className={styles.count}>({count})</span>}
          </h2>
          <div className="grow" />
          {tools}
        </div>
      )}
      <div className={flush ? undefined : styles.panelBody}>{children}</div>
    </section>
  )
}

/** Title row of a page: what it is, and what can be done. */
export function PageHead({ title, note, children }: { title: ReactNode; note?: ReactNode; children?: ReactNode }) {
  return (
    <header className={styles.pageHead}>
      <h1>{title}</h1>
      {note && <span className="soft">{note}</span>}
      <div className="grow" />
      {children}
    </header>
  )
}
