import type { ComboboxItem, OptionsFilter } from '@mantine/core'
import { fold } from './format.ts'

/** Finds a choice as people type it, without marks and in any order of words: `luc nam` finds “Trung tâm Y tế Lục Nam”. */
export const anyWords: OptionsFilter = ({ options, search }) => {
  const words = fold(search).split(/\s+/).filter(Boolean)
  return (options as ComboboxItem[]).filter((option) => {
    const text = fold(option.label)
    return words.every((word) => text.includes(word))
  })
}
