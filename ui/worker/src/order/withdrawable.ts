import type { EventId, OrderView } from '../backend/types'
import { myNumber } from '../session/device'

const LINES = ['part_issued', 'part_returned', 'labour_added']

/** Own part and labour events that stand: those with an undo button. The device judges again. */
export function withdrawableEvents(order: OrderView, me: string = myNumber.value): ReadonlySet<EventId> {
  if (!order.next_actions.includes('withdraw')) return new Set()
  const own = order.events.filter((event) => LINES.includes(event.kind) && event.recorder === me && !event.withdrawn && event.effect === 'in_effect')
  return new Set(own.map((event) => event.id))
}
