/** Refusals of backup, restore and drill, one sentence each with its cure. */

import { defineOutcome } from '@yba/fhir'

export const folderNotEmpty = defineOutcome({
  code: 'folder-not-empty',
  http: 409,
  severity: 'fatal',
  issue: 'conflict',
  vi: 'Thư mục {folder} không trống; chưa ghi gì vào đó.',
  en: 'The folder {folder} is not empty; nothing was written there.',
  cure: { vi: 'Chọn một thư mục trống hoặc chưa có.', en: 'Choose an empty or new folder.' },
})

export const backupNotFound = defineOutcome({
  code: 'backup-not-found',
  http: 404,
  severity: 'fatal',
  issue: 'not-found',
  vi: 'Trong {folder} không có bản sao lưu hoàn chỉnh.',
  en: 'There is no complete backup in {folder}.',
  cure: {
    vi: 'Chỉ đúng thư mục mà "yba backup --to" đã tạo; bản đang ghi dở không dùng được.',
    en: 'Name the folder that "yba backup --to" made; one that was never finished cannot be used.',
  },
})

export const backupDamaged = defineOutcome({
  code: 'backup-damaged',
  http: 500,
  severity: 'fatal',
  issue: 'exception',
  vi: 'Bản sao lưu bị hỏng: {count} tệp không còn đúng mã băm, đầu tiên là {file}.',
  en: 'The backup is damaged: {count} files no longer match their digest, the first is {file}.',
  cure: {
    vi: 'Dùng bản sao lưu khác, hoặc chép lại bản này từ nơi cất giữ.',
    en: 'Use another backup, or copy this one again from where it is kept.',
  },
})

export const backupFileMissing = defineOutcome({
  code: 'backup-file-missing',
  http: 500,
  severity: 'fatal',
  issue: 'incomplete',
  vi: 'Bản sao lưu thiếu {count} tệp, đầu tiên là {file}.',
  en: '{count} files of the backup are missing, the first is {file}.',
  cure: {
    vi: 'Dùng bản sao lưu khác, hoặc chép lại bản này từ nơi cất giữ.',
    en: 'Use another backup, or copy this one again from where it is kept.',
  },
})

export const backupWrongVersion = defineOutcome({
  code: 'backup-wrong-version',
  http: 409,
  severity: 'fatal',
  issue: 'not-supported',
  vi: 'Bản sao lưu thuộc {found}; chương trình này đọc {expected}.',
  en: 'The backup belongs to {found}; this program reads {expected}.',
  cure: { vi: 'Phục hồi bằng phiên bản Y Bạ đã tạo bản sao lưu này.', en: 'Restore it with the Y Bạ version that made it.' },
})

export const backupNoQuietMoment = defineOutcome({
  code: 'backup-no-quiet-moment',
  http: 503,
  severity: 'error',
  issue: 'lock-error',
  vi: 'Không tìm được một thoáng yên để chốt bản sao lưu; đã bỏ bản đang ghi.',
  en: 'No quiet instant was found to close the backup on; what was written so far is dropped.',
  cure: { vi: 'Chạy lại khi việc nạp dữ liệu lớn đã xong.', en: 'Run it again when the large import under way has ended.' },
})

export const timeNotCovered = defineOutcome({
  code: 'restore-time-not-covered',
  http: 409,
  severity: 'fatal',
  issue: 'value',
  vi: 'Không phục hồi được tới {asked}: bản sao lưu bắt đầu từ {from} và nhật ký không có giao dịch nào sau thời điểm đó.',
  en: 'Cannot restore to {asked}: the backup begins at {from} and the log holds nothing after the asked time.',
  cure: {
    vi: 'Chọn thời điểm giữa lúc sao lưu và giao dịch cuối, dùng bản sao lưu cũ hơn, hoặc bỏ --to-time.',
    en: 'Choose a time between the backup and the last transaction, use an older backup, or leave --to-time out.',
  },
})

export const restoreDiffers = defineOutcome({
  code: 'restore-differs',
  http: 500,
  severity: 'fatal',
  issue: 'exception',
  vi: 'Dữ liệu phục hồi khác bản sao lưu: {what}.',
  en: 'What was restored differs from the backup: {what}.',
  cure: {
    vi: 'Không dùng thư mục này; thử bản sao lưu khác và báo lỗi.',
    en: 'Do not use this folder; try another backup and report it.',
  },
})

export const badTime = defineOutcome({
  code: 'restore-time-unreadable',
  http: 400,
  severity: 'error',
  issue: 'value',
  vi: 'Không đọc được thời điểm "{asked}".',
  en: 'The time "{asked}" cannot be read.',
  cure: { vi: 'Viết đủ múi giờ, ví dụ 2026-07-20T09:59:59+07:00.', en: 'Write it with its zone, for instance 2026-07-20T09:59:59+07:00.' },
})
