import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { api } from '../../data/http.ts'

/** One person found, with what matched. */
export interface FoundPatient {
  id: string
  name: string
  birthDate: string
  sex: '1' | '2' | '3'
  mrn: string
  citizenId?: string
  card?: string
  phone?: string
  address?: string
  why: string[]
}

/** Finds people by one line of words and numbers; shorter than two characters asks nothing. */
export function useFind(query: string) {
  return useQuery({
    queryKey: ['find', query],
    queryFn: ({ signal }) => api<{ rows: FoundPatient[] }>(`/fhir/Patient/$find?q=${encodeURIComponent(query)}`, { signal }),
    enabled: query.length >= 2,
    placeholderData: keepPreviousData,
  })
}
