/** Which columns an official list may have, under which names; the first is the one the documents use. */
import type { ColumnNames, Columns } from '@yba/vietnam'

export type ListKind = 'facilities' | 'departments' | 'practitioners'
export const LIST_KINDS = ['facilities', 'departments', 'practitioners'] as const satisfies ListKind[]

const FROM: ColumnNames = { names: ['tu_ngay', 'hieu_luc_tu', 'from'] }
const UNTIL: ColumnNames = { names: ['den_ngay', 'hieu_luc_den', 'until'] }
const FACILITY: ColumnNames = { names: ['ma_cskcb', 'ma_co_so', 'ma', 'code'], required: true }

export const COLUMNS: Readonly<Record<ListKind, Columns>> = {
  facilities: {
    code: FACILITY,
    name: { names: ['ten', 'ten_cskcb', 'ten_co_so', 'name', 'name_vi'], required: true },
    nameToday: { names: ['ten_hien_nay', 'name_today'] },
    level: { names: ['cap', 'tuyen', 'hang', 'level', 'former_level'] },
    managingBody: { names: ['co_quan_chu_quan', 'managing_body'] },
    province: { names: ['ma_tinh', 'tinh', 'code_prefix'] },
    replaces: { names: ['thay_cho', 'replaces'] },
    from: FROM,
    until: UNTIL,
  },
  departments: {
    facility: FACILITY,
    code: { names: ['ma_khoa', 'department'], required: true },
    name: { names: ['ten_khoa', 'ten', 'name'], required: true },
    from: FROM,
    until: UNTIL,
  },
  practitioners: {
    licence: { names: ['so_cchn', 'cchn', 'macchn', 'licence'], required: true },
    name: { names: ['ho_ten', 'ten', 'name'], required: true },
    title: { names: ['chuc_danh', 'title'] },
    facility: FACILITY,
    department: { names: ['ma_khoa', 'department'] },
    from: FROM,
    until: UNTIL,
  },
}
