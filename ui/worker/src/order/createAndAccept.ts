import { ask } from '../backend/ask'
import type { Caller, CreateOrder, OrderView } from '../backend/types'

/**
 * Creates an order found on the spot and takes it up; `isThere`: the place was scanned, so that whoever creates it has arrived.
 * With the same ids again nothing is created twice.
 */
export async function createAndAccept(report: Omit<CreateOrder, 'id'>, ids: { create: string; accept: string; arrive: string }, isThere: boolean): Promise<OrderView> {
  const created = await ask({ do: 'create_order', ...report, id: ids.create })
  const accepted = await ask({ do: 'accept', order: created.id, id: ids.accept })
  if (!isThere) return accepted
  return ask({ do: 'arrive', order: created.id, location: report.location, id: ids.arrive })
}

/** The caller as far as given; a number without a name stands for itself. */
export function callerOf(name: string, number: string): { caller?: Caller } {
  const called = { name: name.trim(), number: number.trim() }
  if (!called.name && !called.number) return {}
  return { caller: { name: called.name || called.number, ...(called.number ? { number: called.number } : {}) } }
}
