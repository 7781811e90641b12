import { type KeyboardEvent, lazy, type ReactNode, Suspense, useMemo, useRef, useState } from 'react'
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
  /** Full text of a cell that may be cut. */
  title?(row: T): string | undefined
}

export interface Props<T> {
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
}

/** Below this many rows everything is drawn: the browser's own search then finds all of it. */
const VIRTUAL_FROM = 150

const collator = new Intl.Collator('vi')

interface Sorting {
  column: string
  direction: 1 | -1
}

/** Rows in the order of a column; equal ones keep the order they came in. */
function sorted<T>(rows: readonly T[], columns: readonly Column<T>[], by: Sorting | undefined): readonly T[] {
  const value = columns.find((column) => column.id === by?.column)?.value
  if (!by || !value) return rows
  return rows.toSorted((a, b) => {
    const [x, y] = [value(a), value(b)]
    return by.direction * (typeof x === 'number' && typeof y === 'number' ? x - y : collator.compare(String(x), String(y)))
  })
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

/** Drawn rows of a list. */
export function Rows<T>({ rows, props }: { rows: readonly T[]; props: Props<T> }) {
  const { columns, rowKey, onOpen, marked } = props
  return rows.map((row) => (
    <tr
      key={rowKey(row)}
      data-row={rowKey(row)}
      data-marked={marked === rowKey(row) || undefined}
      className={onOpen ? styles.open : undefined}
      tabIndex={onOpen ? 0 : undefined}
      onClick={onOpen ? () => !getSelection()?.toString() && onOpen(row) : undefined}
      onKeyDown={onOpen ? (event) => walk(event, () => onOpen(row)) : undefined}
    >
      {columns.map((column) => (
        <td key={column.id} className={column.numeric ? styles.num : undefined} title={column.title?.(row)}>
          {column.cell(row)}
        </td>
      ))}
    </tr>
  ))
}

/** Long lists fetch the part that draws only what is in sight. */
const WindowedRows = lazy(() => import('./WindowedRows.tsx')) as unknown as typeof import('./WindowedRows.tsx').default

/** A dense list: sortable heads, keyboard rows, drawn in a window when it is long. */
export function DataTable<T>(props: Props<T>) {
  const { columns, rows, label } = props
  const scroll = useRef<HTMLDivElement>(null)
  const [order, setOrder] = useState<Sorting>()
  const ordered = useMemo(() => sorted(rows, columns, order), [rows, columns, order])
  /** Up, down, and back to the order of the list. */
  const press = (column: string): void =>
    setOrder((now) => (now?.column !== column ? { column, direction: 1 } : now.direction === 1 ? { column, direction: -1 } : undefined))
  return (
    <div className={styles.scroll} ref={scroll}>
      <table className={styles.table} data-wrap={props.wrap || undefined} aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => {
              const direction = order?.column === column.id ? order.direction : undefined
              return (
                <th
                  key={column.id}
                  scope="col"
                  style={{ width: column.width }}
                  className={column.numeric ? styles.num : undefined}
                  aria-sort={direction && (direction === 1 ? 'ascending' : 'descending')}
                >
                  {column.value ? (
                    <button type="button" onClick={() => press(column.id)}>
                      {column.header}
                      <span aria-hidden>{direction ? (direction === 1 ? '↑' : '↓') : ''}</span>
                    </button>
                  ) : (
                    column.header
                  )}
                </th>
              )
            })}
          </tr>
        </thead>
        <tbody>
          {ordered.length > VIRTUAL_FROM ? (
            <Suspense>
              <WindowedRows rows={ordered} props={props} scroll={scroll} />
            </Suspense>
          ) : (
            <Rows rows={ordered} props={props} />
          )}
        </tbody>
      </table>
    </div>
  )
}
