import { computed, shallowRef, watch } from 'vue'
import type { ComputedRef } from 'vue'

import { ask } from '../backend/ask'
import type { ListFilter, OrderSummary } from '../backend/types'
import { now } from '../format/now'
import { synchronisation } from '../session/synchronisation'
import { changesToTell, waitingIn } from './news'
import type { Waiting } from './news'
import { toldOrders } from './told'

const LOOKED_AT = 50

/** What the other lists hold that whoever looks at 我的 has to know. */
export interface OtherLists {
  /** Orders of the team that anybody may take. */
  readonly waiting: ComputedRef<Waiting>
  /** Orders that were cancelled or went to somebody else, until they have been opened once. */
  readonly changes: ComputedRef<readonly OrderSummary[]>
}

/** Looks at the first page of the other lists, whenever something may have come. A failure is said by the list itself. */
export function useOtherLists(): OtherLists {
  const team = shallowRef<readonly OrderSummary[]>([])
  const ended = shallowRef<readonly OrderSummary[]>([])
  const told = shallowRef(toldOrders())

  async function look(): Promise<void> {
    told.value = toldOrders()
    const [open, done] = await Promise.all([firstOf('team'), firstOf('done')])
    team.value = open ?? team.value
    ended.value = done ?? ended.value
  }

  watch(() => synchronisation.heard, () => void look(), { immediate: true })
  return {
    waiting: computed(() => waitingIn(team.value)),
    changes: computed(() => changesToTell([...ended.value, ...team.value], told.value, now.value)),
  }
}

async function firstOf(filter: ListFilter): Promise<readonly OrderSummary[] | undefined> {
  const page = await ask({ do: 'list_orders', filter, limit: LOOKED_AT }).catch(() => undefined)
  return page?.orders
}
