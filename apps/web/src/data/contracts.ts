/**
 * Every shape the app shares with the server, gathered in one door: types of the operations' contracts, and the referral's
 * transition table, which is data that server and screens both read.
 */

export type { Permission, Role } from '../../../server/src/access/permissions.ts'
export type { DelegationView, GrantRequest, RegisterAnswer } from '../../../server/src/features/delegation/contract.ts'
export type { RegisterAnswer as DirectoryAnswer, RegisterDetail, RegisterRow } from '../../../server/src/features/directory/contract.ts'
export type {
  DemoService,
  DemoSwitch,
  DemoSwitches,
  DocumentView,
  Issue,
  IssuesAnswer,
  LegalUse,
  SignatureView,
  Verdict,
} from '../../../server/src/features/documents/contract.ts'
export type {
  ConductAnswer,
  ConductRow,
  OwnStanding,
  QuarantineAct,
  QuarantineAnswer,
  QuarantineRow,
  Suspension,
} from '../../../server/src/features/exchange/conduct/contract.ts'
export type { ReconcilingView } from '../../../server/src/features/exchange/contract.ts'
export type {
  AlertsAnswer,
  AlertView,
  ExchangeState,
  HubFigures,
  LetterView,
  MessageRow,
  MessageStory,
  MessagesAnswer,
  NodeRow,
  ReconcileAnswer,
  ReplayPreview,
  ReplayRequest,
  ReplayView,
  SettleRequest as ExchangeSettleRequest,
  WhyView,
} from '../../../server/src/features/exchange/page/contract.ts'
export type {
  ClaimIssuesAnswer,
  ImportAnswer,
  ImportedRecord,
  ReceivedFile,
  ReceivedFileAnswer,
  ReceivedFilesAnswer,
  TakenAnswer,
  UndoAnswer,
  UndoPreview,
  UndoRequest,
  WatchedFolderView,
} from '../../../server/src/features/insurance/contract.ts'
export type { ChannelsAnswer, PortalReceiptView } from '../../../server/src/features/insurance/receipts/contract.ts'
export type {
  JoiningRow,
  JoiningsAnswer,
  JoinRequest,
  Step as JoiningStep,
  TestResult,
} from '../../../server/src/features/joining/contract.ts'
export { STEPS as JOINING_STEPS } from '../../../server/src/features/joining/contract.ts'
export type { ReviewRequest, ReviewRow, ReviewSide, ReviewsAnswer } from '../../../server/src/features/person-index/contract.ts'
export type {
  AcceptanceAnswer,
  AcceptanceCell,
  AcceptanceDoubt,
  AcceptancePolicy,
  AcceptancePreview,
  AcceptanceRow,
  AcceptanceSaid,
  Decision,
  DiagnosisRoute,
  Need,
  NeedWhy,
  SetAcceptanceRequest,
} from '../../../server/src/features/referral/acceptance/contract.ts'
export type {
  AttentionRow,
  ComposeAnswer,
  ComposeRequest,
  CorrectRequest,
  EvidenceRow,
  FindingView,
  ReferralHistoryEntry,
  ReferralRow,
  ReferralView,
  RevisionView,
  SaveDraftAnswer,
  SaveDraftRequest,
  ScanAnswer,
  SettleFileRequest,
  SettleRequest,
  ShadowAnswer,
  ShadowRequest,
  SignRequest,
  TransitionRequest,
  VersionView,
  Worklist,
  WorklistAnswer,
} from '../../../server/src/features/referral/contract.ts'
export type { ReferralEvent, ReferralState } from '../../../server/src/features/referral/transitions.ts'
export { ASKS, EVENT_TEXT, SEND_BACK_REASONS, STATES, TRANSITIONS, transition } from '../../../server/src/features/referral/transitions.ts'
export type { FindAnswer, PersonRow } from '../../../server/src/features/registration/contract.ts'
export type {
  Definition,
  DepartmentAnswer,
  DepartmentTable,
  FacilityRow,
  FigureId,
  FreezeRequest,
  SnapshotHead,
  SnapshotsAnswer,
} from '../../../server/src/features/reporting/contract.ts'
