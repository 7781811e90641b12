import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import { vi, type Words } from './vi/index.ts'

/** English must say everything Vietnamese says: same keys, other words. */
export type Texts = DeepText<Words>
type DeepText<T> = { readonly [K in keyof T]: T[K] extends string ? string : DeepText<T[K]> }

export type Language = 'vi' | 'en'

export function currentLanguage(): Language {
  return i18next.language === 'en' ? 'en' : 'vi'
}

/** Switches the words on screen; English is fetched when it is first wanted. */
export async function speak(language: Language): Promise<void> {
  if (language === 'en' && !i18next.hasResourceBundle('en', 'translation')) {
    const { en } = await import('./en/index.ts')
    i18next.addResourceBundle('en', 'translation', en)
  }
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
}

export async function startText(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: 'vi',
    fallbackLng: 'vi',
    resources: { vi: { translation: vi } },
    interpolation: { escapeValue: false },
    returnNull: false,
  })
}

/** The text of a bilingual object in the language on screen. */
export function say(text: { vi: string; en: string }): string {
  return text[currentLanguage()]
}
