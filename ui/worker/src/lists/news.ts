import type { Attention, OrderId, OrderSummary } from '../backend/types'

/** How many orders of the team anybody may take, and how many of these are 特急; with `more` there are others behind them. */
export interface Waiting {
  readonly free: number
  readonly critical: number
  readonly more: boolean
}

/** A cancellation or merging that is older was heard of in another way. */
const NEWS_MS = 24 * 3_600_000

/** Counts what may be taken; critical orders come first, so that all of them are among the first hundred. */
export function waitingIn(free: readonly OrderSummary[], more: boolean): Waiting {
  return { free: free.length, critical: free.filter((order) => order.urgency === 'critical').length, more }
}

/** Orders that are not the person's any more, and of which the person does not know yet; parts to be given back stay until they are. */
export function changesToTell(orders: readonly OrderSummary[], told: ReadonlySet<OrderId>, now: number): OrderSummary[] {
  return orders.filter((order) => {
    if (order.attention === 'parts_to_return') return true
    if (told.has(order.id)) return false
    const isRecent = order.done_at === null || now - order.done_at < NEWS_MS
    return isRecent && (order.attention === 'taken_away' || order.attention === 'cancelled' || order.attention === 'merged')
  })
}

/** What has to be done comes before what is only to be known. */
const PRESSING: readonly (Attention | null)[] = ['confirmation_rejected', 'refused', null, 'parts_to_return', 'cancelled', 'merged', 'taken_away', 'return_requested']

/** Whether there is something about the order beyond its next step. */
export function concerns(order: OrderSummary): boolean {
  return order.attention !== null || (order.undecided && order.upload === 'set_aside')
}

/** Orders that concern the person; without an attention it is what the server set aside. */
export function mostPressingFirst(orders: readonly OrderSummary[]): OrderSummary[] {
  const sorted = [...orders]
  // oxlint-disable-next-line unicorn/no-array-sort -- it is a copy, and the browsers of older phones have no toSorted
  return sorted.sort((one, other) => PRESSING.indexOf(one.attention) - PRESSING.indexOf(other.attention))
}
