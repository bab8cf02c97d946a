import { describe, expect, it } from 'vitest'

import { i18n } from '../src/messages'
import { en } from '../src/messages/en'
import { zh } from '../src/messages/zh'

function flat(tree: object, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) => (typeof value === 'string' ? [[`${path}${key}`, value] as [string, string]] : flat(value as object, `${path}${key}.`)))
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
    // `@` and `|` mean something to the message compiler; emoji have no place here.
    const odd = [...flat(zh), ...flat(en)].filter(([, words]) => /[@|]|\p{Extended_Pictographic}/u.test(words))
    expect(odd).toEqual([])
  })

  it('begins in Chinese', () => {
    expect(i18n.global.t('app.name')).toBe('我的工单')
  })
})
