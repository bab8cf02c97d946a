import { createI18n } from 'vue-i18n'

import { en } from './en'
import type { Messages } from './zh'
import { zh } from './zh'

/** The languages there are, Chinese first. */
export type Language = 'zh' | 'en'

const REMEMBERED = 'language'

const TAGS: Record<Language, string> = { zh: 'zh-CN', en: 'en' }

const messages: Record<Language, Messages> = { zh, en }

/** All words of the screens. */
export const i18n = createI18n({ legacy: false, locale: rememberedLanguage(), fallbackLocale: 'zh', messages })

/** Shows everything in `language` from now on, also after the next start. */
export function speak(language: Language): void {
  speakForNow(language)
  remember(language)
}

/** Shows everything in `language` for whoever looks now; what was chosen for this device stays chosen. */
export function speakForNow(language: Language): void {
  i18n.global.locale.value = language
  markLanguage()
}

/** Tells the browser, and so screen readers, which language the page is in. */
export function markLanguage(): void {
  document.documentElement.lang = TAGS[currentLanguage()]
}

/** The language shown now. */
export function currentLanguage(): Language {
  return i18n.global.locale.value === 'en' ? 'en' : 'zh'
}

/** A tag for dates and numbers. */
export function languageTag(): string {
  return TAGS[currentLanguage()]
}

/** Some engines refuse storage; then the app begins in Chinese each time. */
function rememberedLanguage(): Language {
  try {
    return localStorage.getItem(REMEMBERED) === 'en' ? 'en' : 'zh'
  } catch {
    return 'zh'
  }
}

function remember(language: Language): void {
  try {
    localStorage.setItem(REMEMBERED, language)
  } catch {
    return
  }
}
