import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { JoiningsAnswer, JoinRequest } from '../../data/contracts.ts'
import { api, post } from '../../data/http.ts'
import { done } from '../../ui/notify.ts'

const KEY = ['joinings']

/** Who joins and how far; what a node tests shows itself without a reload. */
export const useJoinings = () =>
  useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => api<JoiningsAnswer>('/fhir/Organization/$joinings', { signal }),
    refetchInterval: 5_000,
  })

/** One act; the whole page is its answer. */
export function useJoin() {
  const client = useQueryClient()
  const { t } = useTranslation()
  return useMutation({
    mutationFn: (request: JoinRequest) => post<JoiningsAnswer>('/fhir/Organization/$join', request),
    onSuccess: (answer, { act }) => {
      client.setQueryData(KEY, answer)
      done(t('joining.done'), t(`joining.acts.${act}`))
    },
  })
}
