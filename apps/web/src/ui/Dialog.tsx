import { Modal, type ModalProps } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

const FIRST = '[data-autofocus], input:not(:disabled), select:not(:disabled), textarea:not(:disabled), button:not(:disabled), a[href]'

/**
 * With the dialog itself, not a moment later: a key pressed meanwhile would go to the button that opened it, or to the one
 * that had the focus before.
 */
function takeFocus(content: HTMLElement | null): void {
  const dialog = content?.closest<HTMLElement>('[role="dialog"]')
  const wanted = dialog?.querySelector<HTMLElement>('[data-autofocus]') ?? dialog?.querySelector<HTMLElement>(FIRST)
  wanted?.focus({ preventScroll: true })
}

interface Props {
  title: ReactNode
  close(): void
  size?: ModalProps['size']
  children: ReactNode
}

/** A question over the page: Escape leaves it, the focus is in it from its first moment and goes back where it was. */
export function Dialog({ title, close, size, children }: Props) {
  const { t } = useTranslation()
  return (
    <Modal opened onClose={close} title={title} {...(size ? { size } : {})} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <div ref={takeFocus}>{children}</div>
    </Modal>
  )
}
