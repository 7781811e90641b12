import i18next from 'i18next'

type Tone = 'leaf' | 'red'

let wanted: (() => void) | undefined

/** The frame says how to bring the toasts up; they are fetched when there is first something to say. */
export function onFirstToast(show: () => void): void {
  wanted = show
}

async function toast(title: string, message: string, color: Tone, autoClose: number): Promise<void> {
  const { notifications } = await import('@mantine/notifications')
  wanted?.()
  notifications.show({ title, message, color, autoClose, closeButtonProps: { 'aria-label': i18next.t('app.close') } })
}

/** A short word that something was done. */
export function done(title: string, message = ''): void {
  void toast(title, message, 'leaf', 5000)
}

/** A refusal that has no place of its own on the screen. */
export function refused(title: string, message = ''): void {
  void toast(title, message, 'red', 12_000)
}
