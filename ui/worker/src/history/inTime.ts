import type { EventView } from '../backend/types'

/**
 * By when it happened, as far as is known. The events come as they are applied, where a decision may stand before work that was
 * done earlier and uploaded later. Corrected times never run against what an author had seen, so neither does this. Nobody
 * vouches for the time of what is held: it stays at the end.
 */
export function inTime(events: readonly EventView[]): EventView[] {
  const known = events.filter((event) => event.effect !== 'held')
  known.sort((one, other) => one.occurred_at - other.occurred_at)
  return [...known, ...events.filter((event) => event.effect === 'held')]
}
