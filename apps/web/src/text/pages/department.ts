import * as words from '../vi/pages/department.ts'
import { addWords } from './words.ts'

addWords({ ...words })
