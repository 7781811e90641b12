/** Whether the claim files of a HIS are what Y Bạ needs: judged without a site or a database. */
export { examine } from './examine.ts'
export { FORMATS, type Format, reportPieces, shortReport } from './report.ts'
