import type { ReactNode } from 'react'
import styles from './ui.module.css'

export type Tone = 'grey' | 'green' | 'blue' | 'amber' | 'red' | 'alarm'

export function Badge({ tone = 'grey', title, children }: { tone?: Tone; title?: string; children: ReactNode }) {
  return (
    <span className={styles.badge} data-tone={tone} title={title}>
      {children}
    </span>
  )
}
