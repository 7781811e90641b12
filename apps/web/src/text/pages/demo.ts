import * as words from '../vi/pages/demo.ts'
import { addWords } from './words.ts'

addWords({ ...words })
