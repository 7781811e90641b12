import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { DepartmentAnswer, FreezeRequest, SnapshotsAnswer } from '../../data/contracts.ts'
import { api, post } from '../../data/http.ts'
import type { DepartmentSearch } from '../../shell/router.tsx'

const EVERY_MS = 60_000

export const useDepartment = (search: DepartmentSearch) =>
  useQuery({
    queryKey: ['department', 'table', search],
    queryFn: ({ signal }) => api<DepartmentAnswer>(`/fhir/Organization/$department?${new URLSearchParams(search)}`, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: EVERY_MS,
  })

export const useSnapshots = () =>
  useQuery({
    queryKey: ['department', 'snapshots'],
    queryFn: ({ signal }) => api<SnapshotsAnswer>('/fhir/Organization/$department-snapshots', { signal }),
    refetchInterval: EVERY_MS * 5,
  })

export function useFreeze() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (request: FreezeRequest) => post<{ id: string }>('/fhir/Organization/$department-freeze', request),
    onSettled: () => client.invalidateQueries({ queryKey: ['department'] }),
  })
}
