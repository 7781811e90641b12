import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type {
  AttentionRow,
  ComposeAnswer,
  ComposeRequest,
  CorrectRequest,
  ReferralEvent,
  ReferralView,
  SaveDraftAnswer,
  SaveDraftRequest,
  SettleFileRequest,
  SettleRequest,
  ShadowAnswer,
  ShadowRequest,
  SignRequest,
  TransitionRequest,
  Worklist,
  WorklistAnswer,
} from '../../data/contracts.ts'
import { api, post } from '../../data/http.ts'

const fetchList = (list: Worklist, signal: AbortSignal): Promise<WorklistAnswer> => api(`/fhir/Task/$worklist?list=${list}`, { signal })

export function useWorklist(list: Worklist, wanted = true) {
  return useQuery({
    enabled: wanted,
    queryKey: ['worklist', list],
    queryFn: ({ signal }) => fetchList(list, signal),
    placeholderData: keepPreviousData,
  })
}

/** Counters of the side menu: what waits for a signature, what is still a draft, what of the received slips needs this person. */
export function useWorklistCounts(wanted: boolean): { tray: number; drafts: number; inbox: number } | undefined {
  const received = useQuery({
    queryKey: ['worklist', 'received'],
    queryFn: ({ signal }) => fetchList('received', signal),
    enabled: wanted,
    retry: false,
  }).data
  if (!received) return undefined
  return {
    tray: received.counts.tray,
    drafts: received.counts.drafts,
    inbox: received.rows.filter((row) => row.needs?.some((need) => need.mine)).length,
  }
}

export const fetchReferral = (id: string, signal?: AbortSignal): Promise<ReferralView> =>
  api(`/fhir/Task/${id}/$view`, signal ? { signal } : {})

export function useReferral(id: string) {
  return useQuery({ queryKey: ['referral', id], queryFn: ({ signal }) => fetchReferral(id, signal) })
}

/** Facilities of the exchange, for "Kính gửi" and for who a patient is sent on to. */
export function useFacilities(wanted = true) {
  return useQuery({
    enabled: wanted,
    queryKey: ['facilities'],
    queryFn: ({ signal }) => api<{ rows: { code: string; name: string }[] }>('/fhir/Organization/$facilities', { signal }),
    staleTime: 600_000,
  })
}

/** Opens the outcome's draft from the slip; the same again gives the draft that is there. */
export function useStartOutcome(id: string) {
  const refresh = useRefresh(id)
  return useMutation({ mutationFn: () => api<ReferralView>(`/fhir/Task/${id}/$start-outcome`, { method: 'POST' }), onSettled: refresh })
}

/** Everything a step may change on screen is fetched again, whatever came of it: a refusal too tells of a newer state. */
function useRefresh(id?: string): () => Promise<unknown> {
  const client = useQueryClient()
  return () =>
    Promise.all([
      client.invalidateQueries({ queryKey: id ? ['referral', id] : ['referral'] }),
      client.invalidateQueries({ queryKey: ['worklist'] }),
    ])
}

export function useCompose() {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: (request: ComposeRequest) => post<ComposeAnswer>('/fhir/Task/$compose', request),
    onSettled: refresh,
  })
}

/** One change of state; the Task version on screen goes along so that two desks cannot overtake each other unseen. */
export function useTransition(id: string) {
  const refresh = useRefresh(id)
  return useMutation({
    mutationFn: (request: TransitionRequest & { event: ReferralEvent }) => post<unknown>(`/fhir/Task/${id}/$transition`, request),
    onSettled: refresh,
  })
}

/** Đính chính: begins one, or gives it up. */
export function useCorrect(id: string) {
  const refresh = useRefresh(id)
  const to = (name: string) => (request: CorrectRequest) => post<ReferralView | undefined>(`/fhir/Task/${id}/$${name}`, request)
  return {
    correct: useMutation({ mutationFn: to('correct'), onSettled: refresh }),
    drop: useMutation({ mutationFn: to('drop-correction'), onSettled: refresh }),
  }
}

/** What a file of the HIS says otherwise is taken into the draft, or not. */
export function useSettleFile(id: string) {
  const refresh = useRefresh(id)
  return useMutation({
    mutationFn: (request: SettleFileRequest) => post<ReferralView>(`/fhir/Task/${id}/$settle-file`, request),
    onSettled: refresh,
  })
}

export function useSign(id: string) {
  const refresh = useRefresh(id)
  return useMutation({
    mutationFn: (request: SignRequest) => post<ReferralView | undefined>(`/fhir/Task/${id}/$sign`, request),
    onSettled: refresh,
  })
}

export function useMarkRead(id: string) {
  const refresh = useRefresh(id)
  return useMutation({ mutationFn: () => api<unknown>(`/fhir/Task/${id}/$mark-read`, { method: 'POST' }), onSettled: refresh })
}

export const saveDraft = (id: string, request: SaveDraftRequest): Promise<SaveDraftAnswer> => post(`/fhir/Task/${id}/$save-draft`, request)

/** Address of the paper as it would be printed now. */
export function previewUrl(id: string, kind: 'referral' | 'outcome', stamp: string | number = ''): string {
  return `/fhir/Task/${id}/$preview?kind=${kind}${stamp === '' ? '' : `&v=${stamp}`}`
}

/** What a person must look at; everybody what their role could have done. */
export function useAttention(state: 'open' | 'settled', wanted = true) {
  return useQuery({
    queryKey: ['worklist', 'attention', state],
    queryFn: ({ signal }) => api<{ rows: AttentionRow[] }>(`/fhir/Task/$attention?state=${state}`, { signal }),
    enabled: wanted,
    placeholderData: keepPreviousData,
  })
}

export function useSettle() {
  const refresh = useRefresh()
  return useMutation({ mutationFn: (request: SettleRequest) => post<AttentionRow>('/fhir/Task/$settle', request), onSettled: refresh })
}

/** A patient with a paper slip the exchange does not show. */
export function useShadow() {
  const refresh = useRefresh()
  return useMutation({ mutationFn: (request: ShadowRequest) => post<ShadowAnswer>('/fhir/Task/$shadow', request), onSettled: refresh })
}
