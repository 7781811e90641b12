import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type {
  AlertsAnswer,
  AlertView,
  ExchangeSettleRequest,
  ExchangeState,
  HubFigures,
  MessageStory,
  MessagesAnswer,
  NodeRow,
  ReconcileAnswer,
  ReplayPreview,
  ReplayRequest,
  ReplayView,
} from '../../data/contracts.ts'
import { api, post } from '../../data/http.ts'

/** Events tell at once what changed; the clock tells what did not. */
const EVERY_MS = 5_000

const get =
  <T>(path: string) =>
  ({ signal }: { signal: AbortSignal }) =>
    api<T>(path, { signal })

export const useExchangeState = () =>
  useQuery({ queryKey: ['exchange', 'state'], queryFn: get<ExchangeState>('/fhir/$exchange-state'), refetchInterval: EVERY_MS })

export interface MessageFilter {
  direction: 'out' | 'in' | ''
  state: string
  q: string
  other: string
  from: string
  to: string
}

export function useMessages(filter: MessageFilter) {
  const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value)).toString()
  return useQuery({
    queryKey: ['exchange', 'messages', query],
    queryFn: get<MessagesAnswer>(`/fhir/$exchange-messages?${query}`),
    placeholderData: keepPreviousData,
    refetchInterval: EVERY_MS * 3,
  })
}

export const useMessage = (key: string) =>
  useQuery({
    queryKey: ['exchange', 'message', key],
    queryFn: get<MessageStory>(`/fhir/$exchange-message?key=${encodeURIComponent(key)}`),
    refetchInterval: EVERY_MS,
  })

export const useReplays = () =>
  useQuery({
    queryKey: ['exchange', 'replays'],
    queryFn: get<{ rows: ReplayView[] }>('/fhir/$exchange-replays'),
    refetchInterval: EVERY_MS,
  })

export const useReconcile = () =>
  useQuery({ queryKey: ['exchange', 'reconcile'], queryFn: get<ReconcileAnswer>('/fhir/$reconcile'), refetchInterval: EVERY_MS * 3 })

export const useAlerts = (wanted = true) =>
  useQuery({
    enabled: wanted,
    queryKey: ['alerts', 'open'],
    queryFn: get<AlertsAnswer>('/fhir/$alerts'),
    refetchInterval: EVERY_MS * 6,
    retry: false,
  })

export const useAlertStory = () => useQuery({ queryKey: ['alerts', 'story'], queryFn: get<{ rows: AlertView[] }>('/fhir/$alert-story') })

export const useNodes = () =>
  useQuery({ queryKey: ['nodes', 'rows'], queryFn: get<{ rows: NodeRow[] }>('/fhir/$nodes'), refetchInterval: EVERY_MS })

export const useFigures = () =>
  useQuery({ queryKey: ['nodes', 'figures'], queryFn: get<HubFigures>('/fhir/$hub-figures'), refetchInterval: EVERY_MS * 6 })

function useAct<Request, Answer>(path: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (request: Request) => post<Answer>(path, request),
    onSettled: () => Promise.all(['exchange', 'alerts', 'nodes'].map((key) => client.invalidateQueries({ queryKey: [key] }))),
  })
}

export const useSettle = () => useAct<ExchangeSettleRequest, object>('/fhir/$exchange-settle')
export const useReplay = () => useAct<ReplayRequest, { total: number; id?: string }>('/fhir/$exchange-replay')
export const useClearAlert = () => useAct<{ kind: string; subject: string; reason: string }, object>('/fhir/$alert-clear')
export const useOffer = () => useAct<{ facility: string; after: string; reason: string }, { total: number }>('/fhir/$offer-again')

/** How many a replay would be; asked for while the person still writes the reason. */
export function useReplayCount(path: string, request: object, wanted: boolean) {
  return useQuery({
    enabled: wanted,
    queryKey: ['replay-count', path, request],
    queryFn: () => post<Partial<ReplayPreview> & { total: number }>(path, { ...request, preview: true }),
    retry: false,
  })
}
