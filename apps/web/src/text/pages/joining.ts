import * as words from '../vi/pages/joining.ts'
import { addWords } from './words.ts'

addWords({ ...words })
