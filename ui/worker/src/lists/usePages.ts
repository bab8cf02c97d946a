import { ref, shallowRef } from 'vue'
import type { Ref, ShallowRef } from 'vue'

import { ask } from '../backend/ask'
import type { Refused } from '../backend/refused'
import { refusalFrom } from '../backend/refused'
import type { ListFilter, OrderSummary } from '../backend/types'

const PAGE = 50
/** The most rows that one command gives. */
export const MOST_AT_ONCE = 200

/** One list of orders, page after page. */
export interface Pages {
  readonly orders: ShallowRef<readonly OrderSummary[]>
  readonly next: Ref<string | null>
  readonly isReading: Ref<boolean>
  readonly hasRead: Ref<boolean>
  readonly refusal: Ref<Refused | undefined>
  /** Reads from the top as many as are shown. */
  readonly refresh: (filter: ListFilter) => Promise<void>
  /** Reads the page after those shown. */
  readonly further: (filter: ListFilter) => Promise<void>
}

/** An empty list; nothing is read until asked. */
export function usePages(): Pages {
  const orders = shallowRef<readonly OrderSummary[]>([])
  const next = ref<string | null>(null)
  const isReading = ref(false)
  const hasRead = ref(false)
  const refusal = ref<Refused>()
  let asked = 0

  async function read(filter: ListFilter, limit: number, after: string | null): Promise<void> {
    const mine = ++asked
    isReading.value = true
    try {
      const page = await ask({ do: 'list_orders', filter, limit, ...(after === null ? {} : { after }) })
      if (mine !== asked) return
      orders.value = after === null ? page.orders : [...orders.value, ...page.orders]
      next.value = page.next
      hasRead.value = true
      refusal.value = undefined
    } catch (thrown) {
      if (mine === asked) refusal.value = refusalFrom(thrown)
    } finally {
      if (mine === asked) isReading.value = false
    }
  }

  return {
    orders,
    next,
    isReading,
    hasRead,
    refusal,
    refresh: (filter) => read(filter, Math.min(Math.max(PAGE, orders.value.length), MOST_AT_ONCE), null),
    further: (filter) => (next.value === null || isReading.value ? Promise.resolve() : read(filter, PAGE, next.value)),
  }
}
