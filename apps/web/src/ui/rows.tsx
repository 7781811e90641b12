import type { KeyboardEvent, ReactNode } from 'react'
import styles from './DataTable.module.css'

/** One column of a list: what it shows, and by what it sorts when its head is pressed. */
export interface Column<T> {
  id: string
  header: string
  cell(row: T): ReactNode
  /** Makes the column sortable. */
  value?(row: T): string | number
  width?: number | string
  numeric?: boolean
  /** Said when the pointer rests on the head. */
  hint?: string
  /** What stands under the column, in the last row. */
  total?: ReactNode
  /** Full text of a cell that may be cut. */
  title?(row: T): string | undefined
}

export interface ListProps<T> {
  label: string
  rows: readonly T[]
  columns: readonly Column<T>[]
  rowKey(row: T): string
  /** Enter, or a click, on a row. */
  onOpen?(row: T): void
  /** Row shown as chosen. */
  marked?: string
  /** Cells may take several lines. */
  wrap?: boolean
  /** On a phone each row stands as a card: nothing of it lies beyond the edge. */
  cards?: boolean
}

/** Arrow keys walk the rows; Enter opens one. Keys pressed inside a control of a row belong to that control. */
function walk(event: KeyboardEvent<HTMLTableRowElement>, open?: () => void): void {
  if (event.target !== event.currentTarget) return
  const rows = [...(event.currentTarget.parentElement?.querySelectorAll<HTMLTableRowElement>('tr[data-row]') ?? [])]
  const at = rows.indexOf(event.currentTarget)
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key]
  if (next !== undefined) {
    event.preventDefault()
    rows[next]?.focus()
  } else if (event.key === 'Enter' && open) {
    event.preventDefault()
    open()
  }
}

/** Of a window of rows: the place of its first row, and who wants to know how high each is. */
export interface Measured {
  from: number
  measure(row: HTMLTableRowElement | null): void
}

/** Drawn rows of a list. */
export function Rows<T>({ rows, props, measured }: { rows: readonly T[]; props: ListProps<T>; measured?: Measured }) {
  const { columns, rowKey, onOpen, marked } = props
  return rows.map((row, i) => (
    <tr
      key={rowKey(row)}
      ref={measured?.measure}
      data-index={measured && measured.from + i}
      data-row={rowKey(row)}
      data-marked={marked === rowKey(row) || undefined}
      className={onOpen ? styles.open : undefined}
      tabIndex={onOpen ? 0 : undefined}
      onClick={onOpen ? () => !getSelection()?.toString() && onOpen(row) : undefined}
      onKeyDown={onOpen ? (event) => walk(event, () => onOpen(row)) : undefined}
    >
      {columns.map((column, place) => (
        <td
          key={column.id}
          className={column.numeric ? styles.num : undefined}
          title={column.title?.(row)}
          data-label={props.cards && place > 0 ? column.header : undefined}
        >
          {column.cell(row)}
        </td>
      ))}
    </tr>
  ))
}
