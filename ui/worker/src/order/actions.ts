import type { Action, OrderView } from '../backend/types'

/** What a worker does on the order's own screen; decisions of the centre are not among them. */
export type WorkerAction = 'accept' | 'arrive' | 'suspend' | 'resume' | 'request_return' | 'complete' | 'confirm'

const MAIN_FIRST: readonly WorkerAction[] = ['accept', 'confirm', 'resume', 'arrive', 'complete']
const OTHERS: readonly WorkerAction[] = ['accept', 'arrive', 'complete', 'confirm', 'resume', 'suspend', 'request_return']

/** The one thing to do next; `undefined` when it is nobody's turn here. */
export function mainAction(allowed: readonly Action[]): WorkerAction | undefined {
  return MAIN_FIRST.find((action) => allowed.includes(action))
}

/** Everything else that is allowed, for 更多. */
export function otherActions(allowed: readonly Action[]): WorkerAction[] {
  const main = mainAction(allowed)
  return OTHERS.filter((action) => action !== main && allowed.includes(action))
}

/** Cancelled or merged: the centre has said that nobody has to go. */
export function isCalledOff(order: Pick<OrderView, 'node'>): boolean {
  return order.node === 'cancelled' || order.node === 'merged'
}

/** Called off, with parts in somebody's bag: the only thing left to do. */
export function hasPartsToReturn(order: Pick<OrderView, 'node' | 'parts'>): boolean {
  return isCalledOff(order) && order.parts.some((line) => line.quantity > 0)
}

/** Whether the order has anything to do with labour: an item may be added, or there are some, or they cost something. */
export function concernsLabour(order: Pick<OrderView, 'next_actions' | 'labour' | 'cost_fen'>): boolean {
  return order.next_actions.includes('add_labour') || order.labour.length > 0 || order.cost_fen !== 0
}

/** Whether the order has anything to do with parts: one may be scanned onto it, or some are on it, to be seen and given back. */
export function concernsParts(order: Pick<OrderView, 'next_actions' | 'parts'>): boolean {
  return order.next_actions.includes('issue_part') || order.parts.length > 0
}
