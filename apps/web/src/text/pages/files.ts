import * as words from '../vi/pages/files.ts'
import { addWords } from './words.ts'

addWords({ ...words })
