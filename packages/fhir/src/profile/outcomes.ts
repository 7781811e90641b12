/** What the check against a profile can find. One definition per kind; the path says where, `profile` by whose word. */
import { defineOutcome, type OutcomeDefinition } from '../outcome.ts'

type Texts = Pick<OutcomeDefinition, 'code' | 'issue' | 'vi' | 'en' | 'cure'>

const error = (texts: Texts): OutcomeDefinition => defineOutcome({ http: 422, severity: 'error', ...texts })

export const profileCardinality = error({
  code: 'profile-cardinality',
  issue: 'required',
  vi: 'Hồ sơ {profile} đòi phần tử này {range} lần, ở đây có {found}.',
  en: 'Profile {profile} asks for this element {range} times, here it is {found}.',
  cure: { vi: 'Ghi phần tử {range} lần.', en: 'Give the element {range} times.' },
})

export const profileValue = error({
  code: 'profile-value',
  issue: 'value',
  vi: 'Hồ sơ {profile} đòi giá trị ở đây là {expected}.',
  en: 'Profile {profile} asks for the value {expected} here.',
  cure: { vi: 'Ghi {expected}.', en: 'Write {expected}.' },
})

export const profileType = error({
  code: 'profile-type',
  issue: 'value',
  vi: 'Hồ sơ {profile} chỉ cho các kiểu: {allowed}.',
  en: 'Profile {profile} allows the types: {allowed}.',
  cure: { vi: 'Dùng một trong các kiểu: {allowed}.', en: 'Use one of: {allowed}.' },
})

export const profileSlice = error({
  code: 'profile-slice',
  issue: 'required',
  vi: 'Hồ sơ {profile} đòi {range} mục {slice} ({match}), ở đây có {found}.',
  en: 'Profile {profile} asks for {range} items {slice} ({match}), here there are {found}.',
  cure: { vi: 'Ghi {range} mục có {match}.', en: 'Give {range} items with {match}.' },
})

export const profileClosed = error({
  code: 'profile-closed',
  issue: 'structure',
  vi: 'Hồ sơ {profile} chỉ cho các mục: {slices}.',
  en: 'Profile {profile} allows these items only: {slices}.',
  cure: { vi: 'Bỏ mục này, hoặc sửa cho khớp một trong các mục trên.', en: 'Remove the item, or make it fit one of those.' },
})

export const profileWrongType = error({
  code: 'profile-wrong-resource',
  issue: 'invalid',
  vi: 'Hồ sơ {profile} dành cho {allowed}.',
  en: 'Profile {profile} is for {allowed}.',
  cure: { vi: 'Khai hồ sơ dành cho loại tài nguyên này.', en: 'Declare a profile of this type of resource.' },
})

export const profileUnknown = error({
  code: 'profile-unknown',
  issue: 'not-found',
  vi: 'Máy chủ này không có hồ sơ {profile}.',
  en: 'This server does not know the profile {profile}.',
  cure: {
    vi: 'Hồ sơ ở đây cho loại tài nguyên này: {known}.',
    en: 'Profiles of this type here: {known}.',
  },
})
