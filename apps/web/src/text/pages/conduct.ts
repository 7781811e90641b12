import * as conduct from '../vi/pages/conduct.ts'
import * as quarantine from '../vi/pages/quarantine.ts'
import { addWords } from './words.ts'

addWords({ ...conduct, ...quarantine })
