/** Fixers of element and structure definitions. */
import { isObject, type Json } from '../../validate/context.ts'
import { list } from '../../validate/values.ts'
import { anyOf, distinct, drop, ensure, type Fixers, notBoth, onlyWhen, present, write } from './fixing.ts'

/** What an element that takes its content from another must not say itself (eld-5). */
const OWN_CONTENT = ['defaultValue[x]', 'fixed[x]', 'pattern[x]', 'minValue[x]', 'maxValue[x]', 'example', 'type', 'maxLength', 'binding']

/** One type at most where a value is fixed (eld-6, eld-7). */
function oneType(v: Json): void {
  const types = list(v.type)
  if ((present(v, 'fixed[x]') || present(v, 'pattern[x]')) && types.length > 1) v.type = types.slice(0, 1)
}

/** What the root of a structure must not say (sdf-9, 15, 20, 23). */
const NOT_OF_ROOT = ['label', 'code', 'requirements', 'type', 'slicing', 'sliceName', 'sliceIsConstraining']

/** Gives elements the paths and ids of one structure, and the root what a root may say. */
function settleElements(view: unknown, type: string, whole: boolean): void {
  if (!isObject(view)) return
  for (const [i, element] of list(view.element).entries()) {
    const path = i === 0 ? type : `${type}.part${i}`
    write(element, 'path', path)
    write(element, 'id', path)
    drop(element, 'defaultValue[x]', 'meaningWhenMissing')
    if (i === 0) drop(element, ...NOT_OF_ROOT)
    if (!whole) continue
    if (!present(element, 'definition')) element.definition = 'HL7'
    if (!present(element, 'min')) element.min = 0
    if (!present(element, 'max')) element.max = '*'
    if (!present(element, 'base')) element.base = { path, min: 0, max: '*' }
  }
}

export const STRUCTURES: Fixers = {
  ElementDefinition: {
    'eld-3': (v) => {
      if (present(v, 'max')) write(v, 'max', '*')
    },
    'eld-8': notBoth('fixed[x]', 'pattern[x]'),
    'eld-13': (v) => distinct(v, 'type', (one) => one.code),
    'eld-6': oneType,
    'eld-11': (v) => {
      const [type] = list(v.type)
      if (present(v, 'binding') && type) write(type, 'code', 'CodeableConcept')
      distinct(v, 'type', (one) => one.code)
    },
    'eld-14': (v) => distinct(v, 'constraint', (one) => one.key),
    'eld-15': notBoth('defaultValue[x]', 'meaningWhenMissing'),
    'eld-22': onlyWhen('sliceIsConstraining', (v) => present(v, 'sliceName')),
    'eld-16': (v) => {
      if (present(v, 'sliceName')) write(v, 'sliceName', 'part/a-1')
    },
    'eld-18': (v, add) => {
      if (v.isModifier === true) ensure(v, add, 'isModifierReason')
    },
    'eld-19': (v) => write(v, 'path', 'Patient.part'),
    'eld-5': (v) => {
      if (present(v, 'contentReference')) drop(v, ...OWN_CONTENT)
    },
  },
  'ElementDefinition.slicing': { 'eld-1': anyOf('description', 'discriminator') },
  'ElementDefinition.type': {
    'eld-4': onlyWhen('aggregation', (v) => v.code === 'Reference' || v.code === 'canonical'),
    'eld-17': onlyWhen('targetProfile', (v) => v.code === 'Reference' || v.code === 'canonical'),
  },
  'ElementDefinition.binding': {
    'eld-12': (v) => {
      if (present(v, 'valueSet')) write(v, 'valueSet', 'https://example.org/ValueSet/a')
    },
    'sdf-10': anyOf('valueSet', 'description'),
  },
  StructureDefinition: {
    'sdf-6': anyOf('differential', 'snapshot'),
    'sdf-18': (v) => write(v, 'type', present(v, 'contextInvariant') ? 'Extension' : 'Patient'),
    'sdf-5': (v, add) => {
      if (v.type === 'Extension') ensure(v, add, 'context')
    },
    'sdf-4': (v, add) => {
      if (v.abstract !== true) ensure(v, add, 'baseDefinition')
    },
    'sdf-8': (v) => settleElements(v.snapshot, String(v.type), true),
    'sdf-8a': (v) => settleElements(v.differential, String(v.type), false),
  },
  'StructureDefinition.mapping': { 'sdf-2': anyOf('name', 'uri') },
}
