/** Door of access: callers, permissions, users, sessions, node tokens, ownership. */
export { callerAgain, type Known } from './again.ts'
export type { Caller, CallerKind, Grant, GrantAction, GrantScope, Purpose } from './caller.ts'
export { nodeCaller, onBehalf, programCaller, publicCaller, systemCaller, userCaller } from './callers.ts'
export { accessFeature } from './feature.ts'
export { admitUnder, deactivateNode, nodeClients, nodeKeyEnds, registerNode, succeedNode } from './node-tokens.ts'
export { clientNotHere, notPermitted, signInRequired, userInvalid, userUnknown } from './outcomes.ts'
export { gate, ownerOf } from './ownership.ts'
export { MACHINE_ROLES, PERMISSIONS, type Permission, ROLES, type Role } from './permissions.ts'
export { POLICIES } from './policies/index.ts'
export { addProgram, listPrograms, type ProgramRole, type ProgramView, stopProgram } from './programs.ts'
export { accessMigrations } from './tables.ts'
export {
  addUser,
  findUser,
  listSessions,
  listUsers,
  lockUser,
  type NewUser,
  resetPassword,
  type SessionView,
  type UserView,
  unlockUser,
} from './users.ts'
