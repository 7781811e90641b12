import { useVirtualizer } from '@tanstack/react-virtual'
import type { RefObject } from 'react'
import { type ListProps, Rows } from './rows.tsx'

const ROW = 28

/** Of a long list only the rows in sight, with empty space for the others. */
export default function WindowedRows<T>({
  rows,
  props,
  scroll,
}: {
  rows: readonly T[]
  props: ListProps<T>
  scroll: RefObject<HTMLDivElement | null>
}) {
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroll.current, estimateSize: () => ROW, overscan: 20 })
  const items = virtual.getVirtualItems()
  const first = items[0]
  const last = items.at(-1)
  const after = virtual.getTotalSize() - (last?.end ?? 0)
  return (
    <>
      {first && first.start > 0 && <tr aria-hidden style={{ height: first.start }} />}
      <Rows
        rows={first && last ? rows.slice(first.index, last.index + 1) : rows.slice(0, 40)}
        props={props}
        measured={{ from: first?.index ?? 0, measure: virtual.measureElement }}
      />
      {after > 0 && <tr aria-hidden style={{ height: after }} />}
    </>
  )
}
