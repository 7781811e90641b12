import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'
import { ApiError } from '../data/http.ts'
import { type Session, SessionProvider } from '../data/session.tsx'
import { onFirstToast } from '../ui/notify.ts'
import { contrast, theme } from '../ui/theme.ts'
import { router } from './router.tsx'

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // The event stream says when something changed; until then what was fetched is good.
      staleTime: 30_000,
      retry: (failures, error) => error instanceof ApiError && (error.status === 0 || error.status >= 500) && failures < 2,
    },
  },
})

const Toasts = lazy(() => import('./Toasts.tsx'))

export function App({ session }: { session: Session }) {
  const [toasts, setToasts] = useState(false)
  useEffect(() => onFirstToast(() => setToasts(true)), [])
  return (
    <MantineProvider theme={theme} cssVariablesResolver={contrast} forceColorScheme="light">
      <Suspense>{toasts && <Toasts />}</Suspense>
      <QueryClientProvider client={client}>
        <SessionProvider session={session}>
          <RouterProvider router={router} />
        </SessionProvider>
      </QueryClientProvider>
    </MantineProvider>
  )
}
