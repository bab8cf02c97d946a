import { bodyText } from '../history/body'
import { hasPartsToReturn, isCalledOff } from './actions'
import type { Contradiction, ContradictionKind, EventView, HeldReason, OrderView, SetAsideReason, SuspensionCause } from '../backend/types'

/** What can be unusual about an order besides contradictions. */
export type SituationKind =
  | 'cancelled'
  | 'cancelled_with_parts'
  | 'taken_from_me'
  | 'taken_from_me_with_parts'
  | 'with_somebody_else'
  | 'assigned_to_somebody_else'
  | 'merged'
  | 'merged_with_parts'
  | 'absorbed'
  | 'set_aside'
  | 'held'
  | 'left'
  | 'return_requested'
  | 'suspended'
  | 'approval_pending'
  | 'refused'

/** How much it matters to the worker: something to know, something to mind, something gone wrong. */
export type Weight = 'calm' | 'mind' | 'wrong'

/** A panel on the order: what happened, what is safe, what to do; the words are in the messages. */
export type Notice =
  | { readonly from: 'contradiction'; readonly kind: ContradictionKind; readonly weight: Weight }
  | {
      readonly from: 'situation'
      readonly kind: SituationKind
      readonly weight: Weight
      /** Words as somebody wrote them. */
      readonly reason?: string
      readonly setAside?: SetAsideReason
      readonly held?: HeldReason
      readonly cause?: SuspensionCause
      readonly name?: string
      readonly until?: number | null
      readonly count?: number
    }

/** Everything that the person should know about the order beyond its state, most pressing first. */
export function noticesOf(order: OrderView): Notice[] {
  return [...endings(order), ...whoHasIt(order), ...serversWord(order), ...contradictions(order), ...waiting(order)]
}

function endings(order: OrderView): Notice[] {
  if (order.node === 'cancelled') {
    const kind = hasPartsToReturn(order) ? 'cancelled_with_parts' : 'cancelled'
    return [{ from: 'situation', kind, weight: 'wrong', reason: lastReason(order, 'cancelled') }]
  }
  if (order.node === 'merged') {
    const kind = hasPartsToReturn(order) ? 'merged_with_parts' : 'merged'
    return [{ from: 'situation', kind, weight: 'wrong', name: lastText(order, 'merged', 'number') }]
  }
  return []
}

/** What the order is to the person the device says: under the same number it may have been something else to an earlier holder. */
function whoHasIt(order: OrderView): Notice[] {
  const name = order.assignee_name ?? order.assignee ?? order.team_name ?? order.team ?? ''
  if (order.own_part === 'taken_away') {
    const hasParts = order.parts.some((line) => line.quantity > 0)
    return [{ from: 'situation', kind: hasParts ? 'taken_from_me_with_parts' : 'taken_from_me', weight: 'wrong', name }]
  }
  if (!isOpen(order) || order.assignee === null || order.own_part === 'has_it' || order.own_part === 'helps') return []
  if (order.own_part === 'took_part') return [{ from: 'situation', kind: 'with_somebody_else', weight: 'mind', name }]
  // One tap would take a colleague's order over: that has to be said before.
  return order.next_actions.includes('accept') ? [{ from: 'situation', kind: 'assigned_to_somebody_else', weight: 'mind', name }] : []
}

/** The order was cancelled or merged, or is somebody else's now: who reads this knows that nothing is to be done there any more. */
export function isNoLongerMine(order: OrderView): boolean {
  return isCalledOff(order) || order.own_part === 'taken_away'
}

function isOpen(order: OrderView): boolean {
  return ['assigned', 'accepted', 'in_progress', 'suspended'].includes(order.node)
}

function serversWord(order: OrderView): Notice[] {
  const found: Notice[] = []
  const undecided = order.events.filter((event) => event.left === null)
  const setAside = undecided.flatMap((event) => (event.verdict?.verdict === 'set_aside' ? [event.verdict.reason] : []))
  if (setAside[0]) found.push({ from: 'situation', kind: 'set_aside', weight: 'wrong', setAside: setAside[0], count: setAside.length })
  const held = undecided.flatMap((event) => (event.held ? [event.held] : []))
  if (held[0]) found.push({ from: 'situation', kind: 'held', weight: 'mind', held: held[0], count: held.length })
  const left = order.events.flatMap((event) => (event.left === null ? [] : [event.left]))
  if (left[0] !== undefined) found.push({ from: 'situation', kind: 'left', weight: 'calm', reason: left[0], count: left.length })
  return found
}

const PRESSING: readonly ContradictionKind[] = ['confirmation_rejected', 'cancelled_before_work', 'returned_more_than_issued']

function contradictions(order: OrderView): Notice[] {
  const kinds = [...new Set(order.contradictions.filter((one: Contradiction) => !one.settled).map((one) => one.kind))]
  const pressing = kinds.filter((kind) => PRESSING.includes(kind))
  const others = kinds.filter((kind) => !PRESSING.includes(kind))
  return [...pressing.map((kind) => contradiction(kind, 'wrong')), ...others.map((kind) => contradiction(kind, 'mind'))]
}

function contradiction(kind: ContradictionKind, weight: Weight): Notice {
  return { from: 'contradiction', kind, weight }
}

function waiting(order: OrderView): Notice[] {
  return [...refusal(order), ...returnRequest(order), ...suspension(order), ...absorbed(order)]
}

function refusal(order: OrderView): Notice[] {
  if (order.refusals === 0 || !['in_progress', 'suspended', 'accepted'].includes(order.node)) return []
  return [{ from: 'situation', kind: 'refused', weight: 'wrong', reason: lastReason(order, 'confirmed') }]
}

function returnRequest(order: OrderView): Notice[] {
  if (!order.return_request) return []
  return [{ from: 'situation', kind: 'return_requested', weight: 'mind', reason: order.return_request.reason }]
}

function suspension(order: OrderView): Notice[] {
  if (!order.suspension) return []
  const { cause, note, until, approval_pending: pending } = order.suspension
  const found: Notice[] = [{ from: 'situation', kind: 'suspended', weight: 'calm', cause, reason: note ?? '', until }]
  if (pending) found.push({ from: 'situation', kind: 'approval_pending', weight: 'calm' })
  return found
}

/** What else was reported of the same fault may be somewhere else: it is to be looked at on the same way. */
function absorbed(order: OrderView): Notice[] {
  const others = order.events.filter((event) => event.kind === 'absorbed' && event.effect === 'in_effect')
  if (others.length === 0 || order.completed_at !== null || isCalledOff(order)) return []
  const reason = others.map((event) => bodyText(event.body, 'description')).join('；')
  return [{ from: 'situation', kind: 'absorbed', weight: 'mind', reason, count: others.length }]
}

function lastReason(order: OrderView, kind: string): string {
  return lastText(order, kind, 'reason')
}

function lastText(order: OrderView, kind: string, field: string): string {
  const said = order.events.filter((event: EventView) => event.kind === kind && bodyText(event.body, field) !== '')
  const last = said.at(-1)
  return last ? bodyText(last.body, field) : ''
}
