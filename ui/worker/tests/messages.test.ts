import { describe, expect, it } from 'vitest'

import { i18n } from '../src/messages'
import { en } from '../src/messages/en'
import { zh } from '../src/messages/zh'
import { flat } from './flat'

/** The lines of every screen and component. */
function lines(): string[] {
  const sources = import.meta.glob<string>('../src/**/*.vue', { query: '?raw', import: 'default', eager: true })
  return Object.entries(sources).flatMap(([path, text]) => text.split('\n').map((line) => `${path}: ${line.trim()}`))
}

function placeholders(words: string): Set<string> {
  return new Set([...words.matchAll(/\{(\w+)\}/g)].map((found) => found[1] ?? ''))
}

function haveSamePlaceholders(words: string, others: string): boolean {
  const [wanted, given] = [placeholders(words), placeholders(others)]
  return wanted.size === given.size && [...wanted].every((name) => given.has(name))
}

describe('messages', () => {
  const english = new Map(flat(en))

  it('say the same with the same values in both languages', () => {
    const differing = flat(zh).filter(([key, words]) => !haveSamePlaceholders(words, english.get(key) ?? ''))
    expect(differing).toEqual([])
  })

  it('can be shown as they are written', () => {
    // `@` means something to the message compiler, as does `|`: one form for one, another for more. Emoji have no place here.
    const odd = [...flat(zh), ...flat(en)].filter(([, words]) => /[@]|\p{Extended_Pictographic}/u.test(words))
    expect(odd).toEqual([])
    expect(flat(zh).filter(([, words]) => words.includes('|'))).toEqual([])
    expect(flat(en).filter(([, words]) => words.includes('|') && (words.split(' | ').length !== 2 || !words.includes('{count}')))).toEqual([])
  })

  it('are punctuated as Chinese is, beside Chinese', () => {
    const narrow = /[\p{Script=Han}”}][,:;?()]|[,:;?()][\p{Script=Han}“]/u
    expect(flat(zh).filter(([, words]) => narrow.test(words))).toEqual([])
  })

  it('leave no colon, bracket or comma to be put together on a screen', () => {
    // Put together there, it would be the same in both languages.
    const joined = /\}\}[:,(;]|[:,(;]\{\{|\)\}\$?\{?[`]?:|`\$\{[^`]*\}[:(（：]/
    expect(lines().filter((line) => joined.test(line))).toEqual([])
  })

  it('begins in Chinese', () => {
    expect(i18n.global.t('app.name')).toBe('我的工单')
  })
})
