import { useQuery } from '@tanstack/react-query'
import type * as fhir4 from 'fhir/r4.d.ts'
import type { DocumentView } from '../../data/contracts.ts'
import { api } from '../../data/http.ts'
import { readChart } from './model.ts'

export function useChart(patient: string) {
  return useQuery({
    queryKey: ['chart', patient],
    queryFn: ({ signal }) => api<fhir4.Bundle>(`/fhir/Patient/${patient}/$everything`, { signal }),
    select: readChart,
    enabled: patient !== '',
  })
}

/** One paper with what our verifier says of its signatures. */
export function useSignatures(document: string, patient: string) {
  return useQuery({
    queryKey: ['chart', patient, 'signatures', document],
    queryFn: ({ signal }) => api<DocumentView>(`/fhir/DocumentReference/${document}/$signatures`, { signal }),
    retry: false,
  })
}
