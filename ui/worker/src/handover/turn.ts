import type { OrderView } from '../backend/types'

/** Whose turn an order is at the hand-over page: the department's, nobody's any more because it has confirmed, or the worker's still. */
export type Turn = 'department' | 'over' | 'worker'

/** Read from the order and not from what the page remembers: a page that is loaded anew remembers nothing. */
export function turnOf(order: Pick<OrderView, 'next_actions' | 'confirmation'>): Turn {
  if (order.next_actions.includes('confirm')) return 'department'
  return order.confirmation && order.confirmation.standing !== 'rejected' ? 'over' : 'worker'
}
