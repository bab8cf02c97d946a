import { ref } from 'vue'
import type { Ref } from 'vue'

import { ask } from '../backend/ask'
import { newEventId } from '../backend/eventId'
import { Refused, refusalFrom } from '../backend/refused'
import type { EventId, LocationFound, OrderView, PartFound } from '../backend/types'
import { signalLook, signalRecorded } from '../scanning/signal'
import { movementRecorded } from './partMovements'

/** More than these nobody reads; a longer word finds fewer. */
export const MOST_SUGGESTED = 8

/** Out of the store, or back into it. */
export type Direction = 'issue' | 'return'

/** What one scan asks for. */
export interface ScanRequest {
  readonly scan: string
  readonly quantity: number
  readonly direction: Direction
}

/** What became of the last scan, for the screen. */
export type ScanOutcome =
  | { readonly kind: 'recorded'; readonly request: ScanRequest; readonly event: EventId | undefined; readonly part: string }
  | { readonly kind: 'arrived' }
  | { readonly kind: 'undone'; readonly part: string }
  | { readonly kind: 'repeated'; readonly request: ScanRequest; readonly part: string }
  | { readonly kind: 'ambiguous'; readonly request: ScanRequest; readonly candidates: readonly PartFound[] }
  | { readonly kind: 'named'; readonly request: ScanRequest; readonly candidates: readonly PartFound[] }
  | { readonly kind: 'unknown'; readonly request: ScanRequest }
  | { readonly kind: 'other_place'; readonly place: LocationFound }
  | { readonly kind: 'refused'; readonly refusal: Refused }

/** Scanning onto one order. */
export interface Scanning {
  readonly outcome: Ref<ScanOutcome | undefined>
  /** A whole scan has come in: the place's code means arrival, anything else a part. */
  readonly take: (request: ScanRequest) => Promise<void>
  /** The person says that the same scan is meant once more. */
  readonly takeAgain: (request: ScanRequest) => Promise<void>
  readonly undo: (event: EventId, part: string) => Promise<void>
  readonly arriveAt: (location: string) => Promise<void>
  readonly dismiss: () => void
}

/** Scanning onto the order that `current` gives; `put` shows what was written. */
export function useScanning(current: () => OrderView, put: (written: OrderView) => void): Scanning {
  const outcome = ref<ScanOutcome>()
  let queue: Promise<void> = Promise.resolve()

  /** One after the other, so that a fast scanner neither loses a scan nor mixes two. */
  function inTurn(what: () => Promise<ScanOutcome>): Promise<void> {
    queue = queue.then(async () => {
      const happened = await what().catch((thrown: unknown): ScanOutcome => ({ kind: 'refused', refusal: refusalFrom(thrown) }))
      outcome.value = happened
      signal(happened)
    })
    return queue
  }

  async function arrive(location: string): Promise<ScanOutcome> {
    put(await ask({ do: 'arrive', order: current().id, location, id: newEventId() }))
    return { kind: 'arrived' }
  }

  async function move(request: ScanRequest, again: boolean): Promise<ScanOutcome> {
    try {
      return await record(current(), request, again, put)
    } catch (thrown) {
      const refusal = refusalFrom(thrown)
      const answer = questionFor(refusal, request)
      if (answer.kind !== 'unknown') return answer
      const place = canArrive(current()) ? await placeOf(request.scan) : undefined
      return place ?? (await partsNamed(request)) ?? answer
    }
  }

  return {
    outcome,
    take: (request) => inTurn(() => (canArrive(current()) && isSame(request.scan, current().location) ? arrive(request.scan) : move(request, false))),
    takeAgain: (request) => inTurn(() => move(request, true)),
    arriveAt: (location) => inTurn(() => arrive(location)),
    undo: (event, part) =>
      inTurn(async () => {
        put(await ask({ do: 'withdraw', order: current().id, event, id: newEventId() }))
        return { kind: 'undone', part }
      }),
    dismiss: () => (outcome.value = undefined),
  }
}

/** A scan carries no id of its own, so that the device notices a second identical one within seconds. */
async function record(before: OrderView, request: ScanRequest, again: boolean, put: (written: OrderView) => void): Promise<ScanOutcome> {
  const { scan, quantity, direction } = request
  const written = await ask({ do: direction === 'issue' ? 'issue_part' : 'return_part', order: before.id, scan, quantity, ...(again ? { again } : {}) })
  put(written)
  const event = movementRecorded(before, written)
  return { kind: 'recorded', request, event: event?.id, part: event?.part ?? scan }
}

function questionFor(refusal: Refused, request: ScanRequest): ScanOutcome {
  switch (refusal.code) {
    case 'repeated_scan':
      return { kind: 'repeated', request, part: partOf(refusal) ?? request.scan }
    case 'part_ambiguous':
      return { kind: 'ambiguous', request, candidates: candidatesOf(refusal) }
    case 'part_unknown':
      return { kind: 'unknown', request }
    default:
      return { kind: 'refused', refusal }
  }
}

/** The device says which part it was: a barcode means nothing to people. */
function partOf(refusal: Refused): string | undefined {
  const part = refusal.details['part']
  return typeof part === 'string' ? part : undefined
}

function candidatesOf(refusal: Refused): readonly PartFound[] {
  const candidates = refusal.details['candidates']
  return Array.isArray(candidates) ? (candidates as PartFound[]) : []
}

async function placeOf(scan: string): Promise<ScanOutcome | undefined> {
  const { locations } = await ask({ do: 'search_locations', text: scan })
  const place = locations.find((found) => isSame(found.location, scan))
  return place ? { kind: 'other_place', place } : undefined
}

/** People type a name and press Enter, as in any search. */
async function partsNamed(request: ScanRequest): Promise<ScanOutcome | undefined> {
  const { parts } = await ask({ do: 'search_parts', text: request.scan })
  return parts.length > 0 ? { kind: 'named', request, candidates: parts.slice(0, MOST_SUGGESTED) } : undefined
}

function canArrive(order: OrderView): boolean {
  return order.next_actions.includes('arrive')
}

function isSame(one: string, other: string): boolean {
  return one.trim().toUpperCase() === other.trim().toUpperCase()
}

function signal(outcome: ScanOutcome): void {
  if (outcome.kind === 'recorded' || outcome.kind === 'arrived' || outcome.kind === 'undone') signalRecorded()
  else signalLook()
}
