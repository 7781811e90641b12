import { type RefObject, useEffect } from 'react'

/** What can have the focus, in the order of the page. */
const FOCUSABLE = 'tr[data-row], button:not(:disabled), a[href], input:not(:disabled), select:not(:disabled), textarea:not(:disabled)'
/** What replaces a thing that went may take a moment to be drawn. */
const SETTLES_MS = 60

const lost = (): boolean => document.activeElement === null || document.activeElement === document.body

/** An element and all it lies in, innermost first. */
function placesOf(element: HTMLElement): HTMLElement[] {
  const places: HTMLElement[] = []
  for (let place: HTMLElement | null = element; place; place = place.parentElement) places.push(place)
  return places
}

/** Itself where it is still there, else the first thing to focus in the nearest place that is; the page when all around went. */
function nearest([last, ...around]: readonly HTMLElement[], page: HTMLElement): HTMLElement {
  if (last?.isConnected) return last
  const there = around.find((place) => place.isConnected)
  return (there && there !== page && page.contains(there) && there.querySelector<HTMLElement>(FOCUSABLE)) || page
}

/**
 * The focus never falls on nothing. A button that works is disabled, a step that was taken has no button any more, a row
 * leaves its list, a page or a dialog is left: the browser then forgets where a person was, and the next Tab begins at the
 * top. What comes back gets the focus back, otherwise the nearest thing. A click beside everything is left alone.
 */
export function useKeptFocus(page: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    let places: HTMLElement[] = []
    let beside = false
    let timer: ReturnType<typeof setTimeout> | undefined
    const remember = ({ target }: FocusEvent): void => {
      beside = false
      if (target instanceof HTMLElement && page.current?.contains(target)) places = placesOf(target)
    }
    /** A click on nothing takes the focus away on purpose; one on something is followed by its focus. */
    const point = (): void => {
      beside = true
    }
    const keep = (): void => {
      const [last] = places
      if (!last || !page.current || beside || !lost()) return
      // A dialog keeps its own focus; what is disabled works, and is there again in a moment.
      if (document.querySelector('[role="dialog"]') || (last.isConnected && last.matches(':disabled'))) return
      nearest(places, page.current).focus({ preventScroll: true })
    }
    const look = (): void => {
      clearTimeout(timer)
      timer = setTimeout(keep, SETTLES_MS)
    }
    const watch = new MutationObserver(look)
    document.addEventListener('focusin', remember)
    document.addEventListener('pointerdown', point)
    watch.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ['disabled'] })
    return () => {
      clearTimeout(timer)
      document.removeEventListener('focusin', remember)
      document.removeEventListener('pointerdown', point)
      watch.disconnect()
    }
  }, [page])
}
