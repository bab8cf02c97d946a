/** The history of an order: for each entry what was done, to whom or with what, by whom, and what became of it. */

import { element, hasText, instant, t } from './elements.js'

/**
 * By when it happened, as far as is known. The events come as they are applied, where a decision may stand before work that was
 * done earlier and uploaded later. Corrected times never run against what an author had seen, so neither does this. Nobody
 * vouches for the time of what is held: it stays at the end.
 */
export function inTime(events) {
  const known = events.filter((event) => event.effect !== 'held')
  return [...known.sort((one, other) => one.occurred_at - other.occurred_at), ...events.filter((event) => event.effect === 'held')]
}

/** What lies longer between doing and uploading is said, in milliseconds. */
const UPLOADED_LATER = 60_000

/** One entry of `order`, in the words that somebody on the telephone would use. */
export function historyLine(event, order) {
  const object = objectOf(event, order)
  return element(
    'li',
    { 'data-kind': event.kind },
    [t(`kinds.${event.kind}`), object].filter(Boolean).join(t('colon')),
    element('br'),
    element('span', { class: 'quiet' }, [instant(event.occurred_at), uploadWords(event), recorder(event), ...remarks(event)].filter(Boolean).join(' · ')),
  )
}

const uploadWords = ({ occurred_at, received_at }) => received_at != null && received_at - occurred_at > UPLOADED_LATER && t('uploadedAt', { time: instant(received_at) })

/** The department's person confirms; the technician's device only records it. */
function recorder(event) {
  if (event.role === 'system') return undefined
  const who = `${event.recorder_name ?? ''} ${event.recorder}`.trim()
  return event.kind === 'confirmed' ? t('recordedBy', { who }) : who
}

function remarks(event) {
  return [
    event.verdict?.verdict === 'set_aside' && t('setAside'),
    event.held && [event.left == null && t('held'), t(`heldReasons.${event.held}`)].filter(Boolean).join(t('colon')),
    event.left != null && [t('outcomes.left'), event.left].join(t('colon')),
    event.time_uncertain && t('uncertain'),
    event.effect === 'overruled' && t('overruled'),
    event.withdrawn && t('wasWithdrawn'),
    event.kind === 'reviewed' && t(`outcomes.${event.body.outcome}`),
    event.body?.reason,
  ].filter(Boolean)
}

const OBJECTS = {
  numbered: ({ number }) => number,
  dispatched: ({ team }, _, names) => teamWords(team, names),
  assigned: ({ staff_no }, _, names) => personWords(staff_no, names),
  reassigned: ({ team, staff_no }, _, names) => [team && teamWords(team, names), staff_no && personWords(staff_no, names)].filter(Boolean).join(' → '),
  part_issued: (body, _, names, unit) => moved(body.part, body.quantity, names, unit),
  part_returned: (body, _, names, unit) => moved(body.part, body.quantity, names, unit),
  labour_added: (body, _, names) => moved(body.item, body.quantity, names),
  suspended: (body) => suspensionWords(body),
  completed: ({ cause, remedy }) => [cause, remedy].join(' → '),
  returned: ({ to }) => t(`nodes.${to}`),
  merged: ({ number }) => number,
  absorbed: ({ number, description }) => [number, description].join(' · '),
  confirmed: (body, order) => [`${confirmerName(body, order)} ${body.staff_no}`.trim(), body.accepted === false && t('refused')].filter(Boolean).join(' · '),
  confirmation_judged: ({ standing, name }) => [name, t(`standings.${standing}`)].filter(Boolean).join(' · '),
  withdrawn: ({ event: id }, order) => {
    const taken = order.events.find((one) => one.id === id)
    return taken && t(`kinds.${taken.kind}`)
  },
}

/** What codes stand for comes with the event: a number may be somebody else's today. */
export function objectOf({ kind, body, names, unit }, order) {
  return body && OBJECTS[kind]?.(body, order, names ?? {}, unit)
}

/** Why work stands still, and until when. */
export function suspensionWords({ cause, until, note }) {
  const key = `suspensionCauses.${cause}`
  return [hasText(key) ? t(key) : cause, until != null && t('until', { time: instant(until) }), note].filter(Boolean).join(' · ')
}

const teamWords = (team, names) => `${team} ${names[team] ?? ''}`.trim()

const personWords = (staffNo, names) => `${names[staffNo] ?? ''} ${staffNo}`.trim()

function moved(code, quantity, names, unit) {
  return `${names[code] ?? code} × ${quantity} ${unit ?? ''}`.trim()
}

function confirmerName(body, order) {
  const known = [order.confirmation, ...order.witnesses].find((one) => one?.staff_no === body.staff_no)
  return known?.name ?? body.name ?? ''
}
