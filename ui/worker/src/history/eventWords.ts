import type { EventView, OrderView, SuspensionCause } from '../backend/types'
import { i18n } from '../messages'
import { bodyNumber, bodyText, fieldOf } from './body'

const KINDS = [
  'reported',
  'corrected',
  'accepted',
  'arrived',
  'suspended',
  'resumed',
  'return_requested',
  'part_issued',
  'part_returned',
  'labour_added',
  'withdrawn',
  'completed',
  'confirmed',
  'numbered',
  'dispatched',
  'team_accepted',
  'assigned',
  'reassigned',
  'returned',
  'cancelled',
  'confirmation_judged',
  'ruled',
  'reviewed',
] as const

type Kind = (typeof KINDS)[number]

/** What kind of event, in words; a kind that this program does not know is named as written. */
export function eventTitle(event: EventView): string {
  const t = i18n.global.t
  if (event.kind === 'confirmed' && fieldOf(event.body, 'accepted') === false) return t('event.refused')
  const kind = KINDS.find((known) => known === event.kind)
  return kind ? t(`event.${kind}`) : t('event.unknown', { kind: event.kind })
}

/** What the event says beyond its kind; empty when nothing. */
export function eventWords(event: EventView, order: OrderView): string {
  const kind = KINDS.find((known) => known === event.kind)
  return kind ? (WORDS[kind]?.(event.body, order) ?? '') : ''
}

const WORDS: Partial<Record<Kind, (body: unknown, order: OrderView) => string>> = {
  reported: (body) => bodyText(body, 'description'),
  corrected: (body) => bodyText(body, 'value'),
  arrived: (body) => bodyText(body, 'location') || i18n.global.t('event.byHand'),
  suspended: suspendedWords,
  return_requested: (body) => bodyText(body, 'reason'),
  part_issued: partWords,
  part_returned: partWords,
  labour_added: labourWords,
  completed: (body) => joined(bodyText(body, 'cause'), bodyText(body, 'remedy')),
  confirmed: (body) => joined(bodyText(body, 'name'), bodyText(body, 'staff_no'), bodyText(body, 'reason')),
  numbered: (body) => bodyText(body, 'number'),
  dispatched: (body) => bodyText(body, 'team'),
  assigned: (body) => bodyText(body, 'staff_no'),
  reassigned: (body) => joined(bodyText(body, 'team'), bodyText(body, 'staff_no')),
  returned: (body) => bodyText(body, 'reason'),
  cancelled: (body) => bodyText(body, 'reason'),
  confirmation_judged: judgedWords,
  ruled: (body) => bodyText(body, 'outcome'),
  reviewed: reviewedWords,
}

function suspendedWords(body: unknown): string {
  const cause = bodyText(body, 'cause') as SuspensionCause | ''
  return joined(cause ? i18n.global.t(`suspend.${cause}`) : '', bodyText(body, 'note'))
}

function partWords(body: unknown, order: OrderView): string {
  const code = bodyText(body, 'part')
  const line = order.parts.find((part) => part.part === code)
  return `${line?.name ?? code} × ${bodyNumber(body, 'quantity') ?? '?'}`
}

function labourWords(body: unknown, order: OrderView): string {
  const code = bodyText(body, 'item')
  const line = order.labour.find((labour) => labour.item === code)
  return `${line?.name ?? code} × ${bodyNumber(body, 'quantity') ?? '?'}`
}

function judgedWords(body: unknown): string {
  const standing = bodyText(body, 'standing')
  const known = (['verified', 'other_department', 'maintenance_staff', 'unverified', 'rejected'] as const).find((one) => one === standing)
  return joined(bodyText(body, 'name'), known ? i18n.global.t(`standing.${known}`) : standing)
}

function reviewedWords(body: unknown): string {
  const outcome = (['admitted', 'left', 'seen'] as const).find((one) => one === bodyText(body, 'outcome'))
  return joined(outcome ? i18n.global.t(`event.review.${outcome}`) : '', bodyText(body, 'reason'))
}

function joined(...pieces: string[]): string {
  return pieces.filter(Boolean).join(' · ')
}
