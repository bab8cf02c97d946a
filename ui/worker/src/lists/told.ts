import type { OrderId } from '../backend/types'

const KEY = 'told'
/** More than these are never new at a time. */
const MOST = 200

/** What is kept of a browser's storage. */
export type LastingStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

/** The orders that ended or went to somebody else, and that the person has opened since. */
export function toldOrders(storage: LastingStorage = localStorage): ReadonlySet<OrderId> {
  try {
    const kept: unknown = JSON.parse(storage.getItem(KEY) ?? '[]')
    return new Set(Array.isArray(kept) ? kept.filter((one): one is string => typeof one === 'string') : [])
  } catch {
    return new Set()
  }
}

/** The person has opened it, and so knows. A storage that takes nothing costs a second look, and nothing else. */
export function markTold(order: OrderId, storage: LastingStorage = localStorage): void {
  try {
    const others = [...toldOrders(storage)].filter((one) => one !== order)
    storage.setItem(KEY, JSON.stringify([order, ...others].slice(0, MOST)))
  } catch {
    return
  }
}

/** The device goes to somebody else: what one was told another was not. */
export function forgetTold(storage: LastingStorage = localStorage): void {
  try {
    storage.removeItem(KEY)
  } catch {
    return
  }
}
