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
  'merged',
  'absorbed',
  'confirmation_judged',
  'ruled',
  'reviewed',
] as const

type Kind = (typeof KINDS)[number]

/** What kind of event, in words; a kind that this program does not know is named as written. */
export function eventTitle(event: EventView): string {
  const t = i18n.global.t
  if (event.kind === 'confirmed' && fieldOf(event.body, 'accepted') === false) return t('event.kind.refused')
  const kind = KINDS.find((known) => known === event.kind)
  return kind ? t(`event.kind.${kind}`) : t('event.unknown', { kind: event.kind })
}

/** What the event says beyond its kind; empty when nothing. */
export function eventWords(event: EventView, order: OrderView): string {
  const kind = KINDS.find((known) => known === event.kind)
  return kind ? (WORDS[kind]?.(event, order) ?? '') : ''
}

const WORDS: Partial<Record<Kind, (event: EventView, order: OrderView) => string>> = {
  reported: ({ body }) => bodyText(body, 'description'),
  corrected: ({ body }) => bodyText(body, 'value'),
  arrived: (event) => named(event, 'location') || i18n.global.t('event.byHand'),
  suspended: ({ body }) => suspendedWords(body),
  return_requested: ({ body }) => bodyText(body, 'reason'),
  part_issued: partWords,
  part_returned: partWords,
  labour_added: labourWords,
  completed: ({ body }) => joined(bodyText(body, 'cause'), bodyText(body, 'remedy')),
  confirmed: ({ body }) => confirmedWords(body),
  numbered: ({ body }) => bodyText(body, 'number'),
  dispatched: (event) => named(event, 'team'),
  assigned: (event) => named(event, 'staff_no'),
  reassigned: (event) => joined(named(event, 'team'), named(event, 'staff_no')),
  returned: ({ body }) => bodyText(body, 'reason'),
  cancelled: ({ body }) => bodyText(body, 'reason'),
  merged: ({ body }) => bodyText(body, 'number'),
  absorbed: ({ body }) => joined(bodyText(body, 'number'), bodyText(body, 'description')),
  confirmation_judged: ({ body }) => judgedWords(body),
  ruled: ({ body }) => bodyText(body, 'outcome'),
  reviewed: ({ body }) => reviewedWords(body),
}

/** What a code stands for, or the code where nobody knows. */
function named(event: EventView, field: string): string {
  const code = bodyText(event.body, field)
  return event.names[code] ?? code
}

/** Who confirmed is not who recorded it: that has to be said. */
function confirmedWords(body: unknown): string {
  const who = [bodyText(body, 'name') || i18n.global.t('handover.noName'), bodyText(body, 'staff_no')].join(' ')
  const isRefused = fieldOf(body, 'accepted') === false
  return joined(i18n.global.t(isRefused ? 'event.refusedBy' : 'event.confirmedBy', { who }), bodyText(body, 'reason'))
}

function suspendedWords(body: unknown): string {
  const cause = bodyText(body, 'cause') as SuspensionCause | ''
  return joined(cause ? i18n.global.t(`suspend.cause.${cause}`) : '', bodyText(body, 'note'))
}

function partWords(event: EventView, order: OrderView): string {
  const line = order.parts.find((part) => part.part === bodyText(event.body, 'part'))
  const name = line?.name ?? named(event, 'part')
  return [`${name} × ${bodyNumber(event.body, 'quantity') ?? '?'}`, event.unit ?? line?.unit].filter(Boolean).join(' ')
}

function labourWords(event: EventView, order: OrderView): string {
  const line = order.labour.find((labour) => labour.item === bodyText(event.body, 'item'))
  return `${line?.name ?? named(event, 'item')} × ${bodyNumber(event.body, 'quantity') ?? '?'}`
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
