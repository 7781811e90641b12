import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeName, departmentName, ethnicName, facilityName, icdName, occupationName } from '../index.ts'

test('codes have names in both languages; unknown ones have none', () => {
  assert.equal(codeName('MA_LOAI_RV', '2'), 'Chuyển tuyến theo yêu cầu chuyên môn')
  assert.equal(codeName('GIOI_TINH', '2', 'en'), 'Female')
  assert.equal(codeName('MA_LOAI_KCB', '03'), 'Điều trị nội trú')
  assert.equal(codeName('MA_LOAI_KCB', '3'), undefined)
  assert.equal(codeName('KHONG_CO', '1'), undefined)
  assert.equal(ethnicName('07'), 'Nùng')
  assert.equal(icdName('Z99.9'), undefined)
})

test('sub-departments are named by their department; facilities keep the leading zero', () => {
  assert.equal(departmentName('K02.D35'), 'Khoa Hồi sức cấp cứu')
  assert.equal(departmentName('Q01'), undefined)
  assert.equal(facilityName('01929'), 'Bệnh viện Bạch Mai')
  assert.equal(facilityName('1929'), undefined)
})

test('occupations print their group, never a guess about a finer one', () => {
  assert.equal(occupationName('00000'), 'Không có nghề nghiệp')
  assert.equal(occupationName('92110'), 'Lao động giản đơn')
  assert.equal(occupationName('x'), undefined)
})
