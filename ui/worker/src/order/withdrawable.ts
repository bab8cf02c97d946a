import type { EventId, OrderView } from '../backend/types'

/** Own part and labour events that stand: those with an undo button. The device says which, and judges again. */
export function withdrawableEvents(order: OrderView): ReadonlySet<EventId> {
  return new Set(order.events.filter((event) => event.withdrawable).map((event) => event.id))
}
