/** Refusals of copying a whole PostgreSQL server and going back in its time. */

import { defineOutcome } from '@yba/fhir'

export const toolsMissing = defineOutcome({
  code: 'postgres-tools-missing',
  http: 500,
  severity: 'fatal',
  issue: 'not-supported',
  vi: 'Máy này không có chương trình {what} của PostgreSQL {major}.',
  en: 'This machine has no {what} of PostgreSQL {major}.',
  cure: {
    vi: 'Cài gói postgresql-{major}, hoặc đặt YBA_PG_HOME là thư mục chứa bin/ của phiên bản đó.',
    en: 'Install the package postgresql-{major}, or set YBA_PG_HOME to the folder that holds its bin/.',
  },
})

export const serverCopyFailed = defineOutcome({
  code: 'server-copy-failed',
  http: 500,
  severity: 'fatal',
  issue: 'exception',
  vi: '{what} dừng lại: {reason}.',
  en: '{what} stopped: {reason}.',
  cure: {
    vi: 'Tài khoản cần quyền REPLICATION và được phép kết nối "replication" trong pg_hba.conf; kiểm tra chỗ trống trên đĩa.',
    en: 'The account needs REPLICATION and a line for "replication" in pg_hba.conf; look at the free space of the disk.',
  },
})

export const tablespacesFound = defineOutcome({
  code: 'server-has-tablespaces',
  http: 409,
  severity: 'fatal',
  issue: 'not-supported',
  vi: 'Máy chủ PostgreSQL có tablespace riêng; lệnh này chỉ sao chép máy chủ không có tablespace.',
  en: 'The PostgreSQL server has tablespaces of its own; this command copies servers without them.',
  cure: { vi: 'Dùng pgBackRest cho máy chủ này.', en: 'Use pgBackRest for this server.' },
})

export const serverNotNamed = defineOutcome({
  code: 'server-not-named',
  http: 400,
  severity: 'fatal',
  issue: 'required',
  vi: 'Chưa cho biết máy chủ PostgreSQL nào.',
  en: 'No PostgreSQL server is named.',
  cure: { vi: 'Thêm --server URL hoặc đặt YBA_PG_SERVER.', en: 'Add --server URL or set YBA_PG_SERVER.' },
})
