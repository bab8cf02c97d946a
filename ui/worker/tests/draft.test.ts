import { describe, expect, it } from 'vitest'
import { ref } from 'vue'

import { forgetDrafts, keepDraft } from '../src/session/draft'
import type { Draft, TabStorage } from '../src/session/draft'

class Tab implements TabStorage {
  readonly kept = new Map<string, string>()
  isFull = false
  get length(): number {
    return this.kept.size
  }
  key = (place: number): string | null => [...this.kept.keys()][place] ?? null
  getItem = (key: string): string | null => this.kept.get(key) ?? null
  removeItem = (key: string): void => void this.kept.delete(key)
  setItem = (key: string, value: string): void => {
    if (this.isFull) throw new Error('full')
    this.kept.set(key, value)
  }
}

/** Types into a form, does `then`, and opens the form at `path` again: it holds `expected`. */
function check(then: (draft: Draft, tab: Tab) => void, path: string, expected: string): void {
  const tab = new Tab()
  const cause = ref('')
  const draft = keepDraft('/orders/one/complete', { cause }, tab)
  cause.value = '密封件老化'
  then(draft, tab)
  const again = ref('')
  keepDraft(path, { cause: again }, tab)
  expect(again.value).toBe(expected)
}

describe('what was typed into a form', () => {
  const SAME = '/orders/one/complete'
  it('comes back when the form is opened again', () => check(() => undefined, SAME, '密封件老化'))
  it('does not come back in another form', () => check(() => undefined, '/orders/two/complete', ''))
  it('is forgotten once submitted', () => check((draft) => draft.forget(), SAME, ''))
  it('is forgotten when somebody logs out', () => check((_, tab) => forgetDrafts(tab), SAME, ''))
  it('is nothing where what was kept cannot be read', () => check((_, tab) => tab.kept.set(`draft:${SAME}`, '{'), SAME, ''))

  it('does not stop the form where the storage is full', () => {
    const tab = new Tab()
    const cause = ref('')
    keepDraft(SAME, { cause }, tab)
    tab.isFull = true
    cause.value = '密封件老化'
    expect(cause.value).toBe('密封件老化')
  })
})
