import type { EventId, OrderView } from '../backend/types'
import { bodyNumber, bodyText } from '../history/body'
import { withdrawableEvents } from '../order/withdrawable'

/** A movement of a part in the order's history. */
export interface PartMovement {
  readonly id: EventId
  readonly part: string
  readonly isReturn: boolean
  readonly quantity: number
  readonly at: number
  readonly canUndo: boolean
}

/** Every movement of parts that stands, oldest first. */
export function movementsOf(order: OrderView): PartMovement[] {
  const undoable = withdrawableEvents(order)
  return order.events
    .filter((event) => (event.kind === 'part_issued' || event.kind === 'part_returned') && !event.withdrawn && event.effect === 'in_effect')
    .map((event) => ({
      id: event.id,
      part: bodyText(event.body, 'part'),
      isReturn: event.kind === 'part_returned',
      quantity: bodyNumber(event.body, 'quantity') ?? 0,
      at: event.recorded_at,
      canUndo: undoable.has(event.id),
    }))
}

/**
 * The own movement that was not there `before`: what a scan has just recorded. Times say nothing about that, because the clock may
 * have been set in between; among several new ones the latest is meant.
 */
export function movementRecorded(before: OrderView, written: OrderView): PartMovement | undefined {
  const known = new Set(before.events.map((event) => event.id))
  return movementsOf(written)
    .filter((movement) => movement.canUndo && !known.has(movement.id))
    .reduce<PartMovement | undefined>((latest, movement) => (latest && latest.at > movement.at ? latest : movement), undefined)
}
