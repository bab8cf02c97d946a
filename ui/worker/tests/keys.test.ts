import { describe, expect, it } from 'vitest'

import { zh } from '../src/messages/zh'
import { flat } from './flat'

/** Everything that may ask for words: all sources but the messages, the examples and the generated types. */
const sources = import.meta.glob<string>(['../src/**/*.{vue,ts}', '!../src/messages/**', '!../src/backend/**'], { query: '?raw', import: 'default', eager: true })

/** Keys are written out, or as a template whose last pieces are put in: `node.${one}`. */
function asks(text: string, key: string): boolean {
  if (text.includes(`'${key}'`) || text.includes(`"${key}"`)) return true
  const pieces = key.split('.')
  return pieces.some((_, place) => place > 0 && text.includes(`\`${pieces.slice(0, place).join('.')}.\${`))
}

describe('messages', () => {
  it('are all asked for by a screen', () => {
    const text = Object.values(sources).join('\n')
    expect(flat(zh).map(([key]) => key).filter((key) => !asks(text, key))).toEqual([])
  })
})
