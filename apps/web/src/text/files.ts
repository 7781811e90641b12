/** The words of the import page: nobody wants them before the first screen. */
import i18next from 'i18next'
import * as files from './vi/files.ts'

i18next.addResourceBundle('vi', 'translation', { ...files }, true)
