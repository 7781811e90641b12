import { Children, type ReactNode } from 'react'
import styles from './DataTable.module.css'

/** Badges of one cell: those that do not fit stand on a line of their own, none is cut off. */
export function Badges({ children }: { children: ReactNode }) {
  return Children.toArray(children).length === 0 ? null : <span className={styles.badges}>{children}</span>
}

/** A slip's number; where it is too long the part before its visit is cut, never the visit. */
export function SlipNumber({ number }: { number: string }) {
  const at = number.lastIndexOf('~')
  return (
    <span className={styles.number}>
      <span>{at < 0 ? number : number.slice(0, at)}</span>
      {at >= 0 && <span>{number.slice(at)}</span>}
    </span>
  )
}
