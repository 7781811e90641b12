import * as words from '../vi/pages/reviews.ts'
import { addWords } from './words.ts'

addWords({ ...words })
