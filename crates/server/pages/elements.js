/** Making elements and words: text is always set as text, never as markup. */

import zh from './messages/zh.js'
import en from './messages/en.js'

const languages = { zh: { messages: zh, tag: 'zh-CN' }, en: { messages: en, tag: 'en' } }
let language = localStorage.getItem('language') === 'en' ? 'en' : 'zh'

/** The sentence of a key such as `nodes.reported`; the last part of the key where there is none. */
export function t(key, values = {}) {
  const found = key.split('.').reduce((messages, part) => messages?.[part], languages[language].messages)
  const sentence = typeof found === 'string' ? found : key.split('.').pop()
  return sentence.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '')
}

export const hasText = (key) => key.split('.').reduce((messages, part) => messages?.[part], languages[language].messages) !== undefined

export function switchLanguage() {
  language = language === 'zh' ? 'en' : 'zh'
  localStorage.setItem('language', language)
}

/** Puts the words of the present language on what is in the page already. */
export function translatePage() {
  document.documentElement.lang = languages[language].tag
  document.title = t('title')
  for (const element of document.querySelectorAll('[data-text]')) element.textContent = t(element.dataset.text)
}

/** `element('button', {type: 'button', onclick}, 'text', child)` */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value)
    else if (value === true) made.setAttribute(key, '')
    else if (value !== false && value !== undefined && value !== null) made.setAttribute(key, value)
  }
  made.append(...children.filter((child) => child !== undefined && child !== null && child !== false))
  return made
}

/** A field with its label. */
export function field(key, control) {
  return element('label', {}, t(key), control)
}

/** What is known, by the key of its name: `factList([['team', 'T01'], …])`. What is missing is not listed. */
export function factList(facts) {
  const known = facts.filter(([, value]) => value)
  return element('dl', {}, ...known.flatMap(([key, value]) => [element('dt', {}, t(key)), element('dd', {}, value)]))
}

/** In figures, and so the same in both languages: 11/23/26 is a day of its own everywhere. */
export const instant = (milliseconds) =>
  milliseconds == null ? t('none') : new Intl.DateTimeFormat(languages.zh.tag, { dateStyle: 'short', timeStyle: 'short', timeZone: 'Asia/Shanghai' }).format(milliseconds)

export const money = (fen) => `¥${(fen / 100).toFixed(2)}`

/** What went wrong, as a sentence. */
export const refusal = (error) => {
  if (!error.code || error.code === 'unreachable') return t('unreachable')
  const why = `notMergeable.${error.details?.why}`
  if (error.code === 'not_mergeable' && hasText(why)) return t(why)
  return hasText(`codes.${error.code}`) ? t(`codes.${error.code}`) : t('failed', { code: error.code })
}
