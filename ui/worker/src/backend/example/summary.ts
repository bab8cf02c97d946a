import { hasPartsToReturn } from '../../order/actions'
import type { Attention, ListFilter, OrderSummary, OrderView } from '../types'

/** A row of a list from a whole order. */
export function summaryOf(order: OrderView): OrderSummary {
  const { id, number, node, urgency, location, location_label, fault, fault_name, department, department_name } = order
  const { description, team, assignee, assignee_name, reported_at, due_at, upload, undecided } = order
  const needs_attention = order.contradictions.some((one) => one.needs_ruling)
  const where = { location, location_label, department, department_name, team, assignee, assignee_name, has_it: isMine(order) }
  const end = { done_at: endOf(order), confirmed_by: order.confirmation?.name ?? null, attention: attentionOf(order) }
  return { ...where, ...end, id, number, node, urgency, fault, fault_name, description, reported_at, due_at, upload, undecided, needs_attention }
}

/** Whether the order is in the list of what has ended. */
export function isOver(order: OrderView): boolean {
  return ['confirmed', 'cancelled', 'merged', 'closed'].includes(order.node)
}

function endOf(order: OrderView): number | null {
  return isOver(order) ? (order.events.at(-1)?.occurred_at ?? order.reported_at) : null
}

function attentionOf(order: OrderView): Attention | null {
  if (order.own_part === 'taken_away') return 'taken_away'
  if (order.node === 'cancelled' || order.node === 'merged') return hasPartsToReturn(order) ? 'parts_to_return' : order.node
  if (order.contradictions.some((one) => one.kind === 'confirmation_rejected')) return 'confirmation_rejected'
  if (order.refusals > 0 && order.node === 'in_progress') return 'refused'
  return order.return_request ? 'return_requested' : null
}

function isMine(order: OrderView): boolean {
  return order.own_part === 'has_it'
}

/** About as the device chooses. */
export function isIn(filter: ListFilter, order: OrderView): boolean {
  if (filter === 'attention') return attentionOf(order) !== null || order.undecided
  if (filter === 'free') return order.node === 'team_accepted' || (order.node === 'dispatched' && order.urgency === 'critical')
  return filter === 'done' ? isOver(order) : !isOver(order) && isMine(order) === (filter === 'mine')
}

/** About as the device sorts: what concerns the person, 特急, what is only to be known, what is in hand or due, what waits. */
export function byRank(one: OrderView, other: OrderView): number {
  return rank(one) - rank(other) || (one.due_at ?? one.reported_at) - (other.due_at ?? other.reported_at)
}

function rank(order: OrderView): number {
  if (attentionOf(order) || (order.undecided && order.upload === 'set_aside')) return isMine(order) ? 0 : 2
  if (order.node === 'suspended') return 6
  if (order.node === 'completed') return 5
  if (order.urgency === 'critical') return 1
  return order.node === 'in_progress' ? 3 : 4
}
