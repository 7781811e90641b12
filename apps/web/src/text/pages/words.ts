/** Words that come with their page: nobody wants them before the first screen. */
import i18next from 'i18next'

export const addWords = (words: object): void => {
  i18next.addResourceBundle('vi', 'translation', words, true)
}
