/** Fixers of test scripts and their reports. */
import type { Json } from '../../validate/context.ts'
import { drop, ensure, type Fixer, type Fixers, oneOf, onlyWhen, present } from './fixing.ts'

/** An assertion says one of these. */
const ASSERTED = [
  'contentType',
  'expression',
  'headerField',
  'minimumId',
  'navigationLinks',
  'path',
  'requestMethod',
  'resource',
  'responseCode',
  'response',
  'validateProfileId',
]

const targets = (v: Json): number => ['targetId', 'url', 'params'].filter((name) => present(v, name)).length

const assertion: Record<string, Fixer> = {
  'tst-12': (v) => {
    if (v.direction === 'request') drop(v, 'response', 'responseCode')
  },
  'tst-5': (v) => drop(v, ...ASSERTED.filter((name) => present(v, name)).slice(1)),
  'tst-10': (v, add) => {
    const compared = ['compareToSourceExpression', 'compareToSourcePath']
    if (!present(v, 'compareToSourceId')) drop(v, ...compared)
    else if (!compared.some((name) => present(v, name))) ensure(v, add, 'compareToSourcePath')
  },
}

const operation: Record<string, Fixer> = {
  'tst-7': (v, add) => {
    if (targets(v) !== 1) ensure(v, add, 'sourceId')
  },
}

const ACTION = oneOf('operation', 'assert')

export const TESTS: Fixers = {
  'TestReport.setup.action': { 'inv-1': ACTION },
  'TestReport.test.action': { 'inv-2': ACTION },
  'TestScript.setup.action': { 'tst-1': ACTION },
  'TestScript.test.action': { 'tst-2': ACTION },
  'TestScript.setup.action.operation': operation,
  'TestScript.setup.action.assert': assertion,
  'TestScript.variable': { 'tst-3': onlyWhen('path', (v) => !(present(v, 'expression') && present(v, 'headerField'))) },
}
