import { Notifications } from '@mantine/notifications'

/** Short messages; a live region, so that they are read out and stand outside of the page's landmarks. */
export default function Toasts() {
  return <Notifications position="bottom-right" limit={3} role="log" />
}
