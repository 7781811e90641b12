/** When a person last touched the app: tabs of one browser share it, so that work in one keeps the others open. */
const LAST_TOUCH = 'yba.last-touch'
const SIGNS = ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const

export function touch(): void {
  localStorage.setItem(LAST_TOUCH, String(Date.now()))
}

export function idleMilliseconds(): number {
  return Date.now() - Number(localStorage.getItem(LAST_TOUCH) ?? 0)
}

/** Notes every touch until the returned function is called. */
export function watchTouches(): () => void {
  for (const sign of SIGNS) window.addEventListener(sign, touch, { passive: true })
  return () => {
    for (const sign of SIGNS) window.removeEventListener(sign, touch)
  }
}
