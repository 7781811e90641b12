import { lazy, Suspense, useMemo, useRef, useState } from 'react'
import styles from './DataTable.module.css'
import { type Column, type ListProps, Rows } from './rows.tsx'

export type { Column } from './rows.tsx'

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

/** Long lists fetch the part that draws only what is in sight. */
const WindowedRows = lazy(() => import('./WindowedRows.tsx')) as unknown as typeof import('./WindowedRows.tsx').default

/** A dense list: sortable heads, keyboard rows, drawn in a window when it is long. */
export function DataTable<T>(props: ListProps<T>) {
  const { columns, rows, label } = props
  const scroll = useRef<HTMLDivElement>(null)
  const [order, setOrder] = useState<Sorting>()
  const ordered = useMemo(() => sorted(rows, columns, order), [rows, columns, order])
  /** Up, down, and back to the order of the list. */
  const press = (column: string): void =>
    setOrder((now) => (now?.column !== column ? { column, direction: 1 } : now.direction === 1 ? { column, direction: -1 } : undefined))
  return (
    <div className={styles.scroll} ref={scroll}>
      <table className={styles.table} data-wrap={props.wrap || undefined} data-cards={props.cards || undefined} aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => {
              const direction = order?.column === column.id ? order.direction : undefined
              return (
                <th
                  key={column.id}
                  scope="col"
                  title={column.hint}
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
        {columns.some((column) => column.total !== undefined) && (
          <tfoot>
            <tr>
              {columns.map((column) => (
                <td key={column.id} className={column.numeric ? styles.num : undefined}>
                  {column.total}
                </td>
              ))}
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  )
}
