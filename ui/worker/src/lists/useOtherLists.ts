import { computed, shallowRef, watch } from 'vue'
import type { ComputedRef } from 'vue'

import { ask } from '../backend/ask'
import type { ListFilter, OrderSummary } from '../backend/types'
import { now } from '../format/now'
import { synchronisation } from '../session/synchronisation'
import { changesToTell, waitingIn } from './news'
import type { Waiting } from './news'
import { toldOrders } from './told'

/** Nobody reads more of the one, or counts more of the other. */
const MOST_TOLD = 200
const MOST_COUNTED = 100

interface FirstPage {
  readonly orders: readonly OrderSummary[]
  readonly next: string | null
}

/** What the other lists hold that whoever looks at 我的 has to know. */
export interface OtherLists {
  /** Orders of the team that anybody may take. */
  readonly waiting: ComputedRef<Waiting>
  /** Orders that were cancelled or went to somebody else, until they have been opened once. */
  readonly changes: ComputedRef<readonly OrderSummary[]>
}

/** Looks at what concerns the person and at what may be taken, whatever else the lists hold, whenever something may have come. A failure is said by the list itself. */
export function useOtherLists(): OtherLists {
  const free = shallowRef<FirstPage>({ orders: [], next: null })
  const concerning = shallowRef<FirstPage>({ orders: [], next: null })
  const told = shallowRef(toldOrders())

  async function look(): Promise<void> {
    told.value = toldOrders()
    const [toTake, toKnow] = await Promise.all([firstOf('free', MOST_COUNTED), firstOf('attention', MOST_TOLD)])
    free.value = toTake ?? free.value
    concerning.value = toKnow ?? concerning.value
  }

  watch(() => synchronisation.heard, () => void look(), { immediate: true })
  return {
    waiting: computed(() => waitingIn(free.value.orders, free.value.next !== null)),
    changes: computed(() => changesToTell(concerning.value.orders, told.value, now.value)),
  }
}

async function firstOf(filter: ListFilter, limit: number): Promise<FirstPage | undefined> {
  return await ask({ do: 'list_orders', filter, limit }).catch(() => undefined)
}
