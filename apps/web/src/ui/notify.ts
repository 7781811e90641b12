import { notifications } from '@mantine/notifications'

/** A short word that something was done. */
export function done(title: string, message = ''): void {
  notifications.show({ title, message, color: 'leaf', autoClose: 5000 })
}

/** A refusal that has no place of its own on the screen. */
export function refused(title: string, message = ''): void {
  notifications.show({ title, message, color: 'red', autoClose: 12_000 })
}
