import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { FindAnswer, PersonRow } from '../../data/contracts.ts'
import { api, post } from '../../data/http.ts'

/** One person found, with what matched. */
export type FoundPatient = PersonRow

/** Fields between bars: the code of a citizen or insurance card, which is posted and stands in no address. */
export const isCardCode = (query: string): boolean => query.includes('|')

/** Finds people by one line of words and numbers, or a card's code; shorter than two characters asks nothing. */
export function useFind(query: string) {
  return useQuery({
    queryKey: ['find', query],
    queryFn: ({ signal }) =>
      isCardCode(query)
        ? post<FindAnswer>('/fhir/Patient/$find', { q: query })
        : api<FindAnswer>(`/fhir/Patient/$find?q=${encodeURIComponent(query)}`, { signal }),
    enabled: query.length >= 2,
    placeholderData: keepPreviousData,
  })
}
