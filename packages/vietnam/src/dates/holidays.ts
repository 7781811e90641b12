/**
 * Public holidays (Labour Code Art. 112) as they fall on working days, for counting working days. 2027 is our
 * reckoning, not yet announced by decision; a site replaces the list by its setting when the decision comes.
 */
export const HOLIDAYS: readonly string[] = [
  '2026-01-01',
  // Tết Bính Ngọ: 29 Chạp to mùng 4
  '2026-02-16',
  '2026-02-17',
  '2026-02-18',
  '2026-02-19',
  '2026-02-20',
  // Giỗ Tổ Hùng Vương falls on Sunday 26 April, day off in lieu
  '2026-04-27',
  '2026-04-30',
  '2026-05-01',
  // Quốc khánh
  '2026-09-01',
  '2026-09-02',
  '2027-01-01',
  // Tết Đinh Mùi: 29 Chạp to mùng 4 and two days in lieu of the week-end
  '2027-02-05',
  '2027-02-08',
  '2027-02-09',
  '2027-02-10',
  '2027-02-11',
  '2027-04-16',
  '2027-04-30',
  '2027-05-03',
  '2027-09-02',
  '2027-09-03',
]
