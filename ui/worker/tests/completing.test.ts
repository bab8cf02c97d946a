import { describe, expect, it } from 'vitest'
import { nextTick, ref, shallowRef } from 'vue'

import type { OrderView } from '../src/backend/types'
import { beginOnce } from '../src/order/earlierWords'
import { order } from './order'

const EARLIER = { cause: '密封件老化', remedy: '更换密封件' }

/** The form as it opens: the order there already or not, begun before or not, with what the draft kept. */
function form(read: Partial<OrderView> | undefined, kept: { hasBegun?: boolean; cause?: string } = {}) {
  const current = shallowRef(read && order(read))
  const cause = ref(kept.cause ?? '')
  const remedy = ref('')
  beginOnce(ref(kept.hasBegun ?? false), current, cause, remedy)
  const reads = async (change: Partial<OrderView>): Promise<void> => {
    current.value = order(change)
    await nextTick()
  }
  return { cause, remedy, reads, words: () => [cause.value, remedy.value] }
}

describe('the form of a completion', () => {
  it('begins with the words before the refusal', () => expect(form(EARLIER).words()).toEqual(['密封件老化', '更换密封件']))

  it('begins with them also when the order is read later', async () => {
    const opened = form(undefined)
    await opened.reads(EARLIER)
    expect(opened.words()).toEqual(['密封件老化', '更换密封件'])
  })

  it('keeps empty what was emptied, whatever is read later', async () => {
    const opened = form(EARLIER)
    opened.cause.value = ''
    await opened.reads(EARLIER)
    expect(opened.words()).toEqual(['', '更换密封件'])
  })

  it('keeps empty what was emptied before it was left', () => expect(form(EARLIER, { hasBegun: true }).words()).toEqual(['', '']))

  it('does not write over what was typed before the order was read', async () => {
    const opened = form(undefined, { cause: '接头松动' })
    await opened.reads(EARLIER)
    expect(opened.words()).toEqual(['接头松动', '更换密封件'])
  })
})
