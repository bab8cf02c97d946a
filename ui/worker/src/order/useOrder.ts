import { ref, shallowRef, watch } from 'vue'
import type { Ref, ShallowRef } from 'vue'

import { ask, outdated } from '../backend/ask'
import type { Refused } from '../backend/refused'
import { refusalFrom } from '../backend/refused'
import type { OrderId, OrderView } from '../backend/types'
import { lookAtStatus, synchronisation } from '../session/synchronisation'

/** The order last shown or written, so that a next screen of the same order opens without reading it again. */
let latest: OrderView | undefined

/** One order on a screen: read from the store, and again whenever something came from the server or the screen proved to be behind. */
export interface OpenOrder {
  readonly order: ShallowRef<OrderView | undefined>
  readonly refusal: Ref<Refused | undefined>
  /** Shows what a writing command replied. */
  readonly put: (written: OrderView) => void
  readonly read: () => Promise<void>
}

/** Opens the order with this id. */
export function useOrder(id: OrderId): OpenOrder {
  const order = shallowRef<OrderView | undefined>(latest?.id === id ? latest : undefined)
  const refusal = ref<Refused>()
  let writes = 0

  function put(written: OrderView): void {
    writes += 1
    order.value = latest = written
    void lookAtStatus()
  }

  async function read(): Promise<void> {
    const writesBefore = writes
    try {
      const found = await ask({ do: 'get_order', order: id })
      // What was written while this was read is newer.
      if (writesBefore === writes) order.value = latest = found
      refusal.value = undefined
    } catch (thrown) {
      refusal.value = refusalFrom(thrown)
    }
  }

  watch([() => synchronisation.heard, outdated], read)
  void read()
  return { order, refusal, put, read }
}
