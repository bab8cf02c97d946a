import type { OrderId } from '../backend/types'
import { browserStorage, forgetLasting, readLasting, writeLasting } from '../session/lasting'
import type { LastingStorage } from '../session/lasting'

const KEY = 'told'
/** More than these are never new at a time. */
const MOST = 200

/** The orders that ended or went to somebody else, and that the person has opened since. */
export function toldOrders(storage: LastingStorage = browserStorage()): ReadonlySet<OrderId> {
  return new Set(readLasting(KEY, storage).filter((one): one is string => typeof one === 'string'))
}

/** The person has opened it, and so knows. */
export function markTold(order: OrderId, storage: LastingStorage = browserStorage()): void {
  const others = [...toldOrders(storage)].filter((one) => one !== order)
  writeLasting(KEY, [order, ...others].slice(0, MOST), storage)
}

/** The device goes to somebody else: what one was told another was not. */
export function forgetTold(storage: LastingStorage = browserStorage()): void {
  forgetLasting(KEY, storage)
}
