/** One order with its history, and what the signed-in person may decide about it. */

import { Refused, onceOnly } from './backend.js'
import { element, factList, field, instant, money, t } from './elements.js'
import { unfinishedAt } from './filing.js'
import { historyLine, inTime, suspensionWords } from './history.js'

/** Shows `order`; `changed(order, action)` is called with what the server answers to a decision, `failed(error)` when it refuses. `review()` leads whoever may look there to 核查. */
export function orderSheet(order, { teams, changed, failed, review }) {
  return element(
    'section',
    { class: 'sheet', 'aria-labelledby': 'order-title' },
    element('h2', { id: 'order-title' }, `${order.number} · ${t(`nodes.${order.node}`)}`),
    toSettle(order),
    toReview(order, review),
    settledByRule(order),
    factList(facts(order)),
    lines('parts', order.parts, (line) => `${line.name ?? line.part} × ${line.quantity}${line.unit ? ` ${line.unit}` : ''} · ${money(line.unit_price_fen)}${line.charged ? '' : ` · ${t('notCharged')}`}`),
    lines('labour', order.labour, (line) => `${line.name ?? line.item} × ${line.quantity} · ${money(line.unit_price_fen)}${line.charged ? '' : ` · ${t('notCharged')}`}`),
    ...decisions(order, teams, changed, failed),
    element('h3', {}, t('history')),
    element('ol', { class: 'history' }, ...inTime(order.events).map((event) => historyLine(event, order))),
    order.held_not_shown > 0 && element('p', { class: 'quiet' }, t('heldNotShown', { count: order.held_not_shown })),
  )
}

function facts(order) {
  const caller = order.caller && [order.caller.name, order.caller.number].filter(Boolean).join(' ')
  const confirmation = order.confirmation && `${order.confirmation.name ?? ''} ${order.confirmation.staff_no} · ${t(`standings.${order.confirmation.standing}`)}`
  return [
    ['location', order.location_label ?? order.location],
    ['fault', order.fault_name ?? order.fault],
    ['description', order.description],
    ['alsoReported', inEffect(order, 'absorbed').map(({ body }) => `${body.number} · ${body.description}`).join(' / ')],
    ['mergedInto', order.node === 'merged' && inEffect(order, 'merged').at(-1)?.body.number],
    ['urgency', t(`urgencies.${order.urgency}`)],
    ['department', order.department_name ?? order.department],
    ['caller', caller],
    ['reportedAt', instant(order.reported_at)],
    ['dueAt', order.due_at == null ? undefined : dueWords(order.due_at)],
    ['suspension', order.suspension && suspensionWords(order.suspension)],
    ['team', order.team && `${order.team} ${order.team_name ?? ''}`],
    ['assignee', order.assignee && `${order.assignee_name ?? ''} ${order.assignee}`],
    ['cause', order.cause],
    ['remedy', order.remedy],
    ['confirmation', confirmation],
    ['cost', money(order.cost_fen)],
  ]
}

const inEffect = (order, kind) => order.events.filter((event) => event.kind === kind && event.effect === 'in_effect')

const dueWords = (dueAt) => (dueAt < Date.now() ? `${instant(dueAt)} · ${t('late')}` : instant(dueAt))

/** Somebody has to rule: what the list's mark and its place on top speak of, and nothing else. */
const needsRuling = (contradiction) => contradiction.needs_ruling && !contradiction.settled

function toSettle(order) {
  const request = order.return_request && t('returnRequested', { reason: order.return_request.reason })
  const items = [request, ...order.contradictions.filter(needsRuling).map(contradictionWords)].filter(Boolean)
  return items.length > 0 && noticeOf('notice wrong', t('contradictions'), items)
}

const isUndecided = (event) => event.left == null && (event.held || event.verdict?.verdict === 'set_aside')

/** Entries that nobody has decided about, held or set aside: the order stands as if they were not there. */
function toReview(order, review) {
  const waiting = order.events.filter(isUndecided).length + order.undecided_not_shown
  if (waiting === 0) return undefined
  const way = review && element('button', { type: 'button', class: 'to-review', onclick: review }, t('review'))
  return noticeOf('notice wrong', t('undecidedTitle', { count: waiting }), [t('seeReviewOfDispatcher')], way)
}

/** What did not fit together, and what the rules made of it: to be known, with nothing to be done here. */
function settledByRule(order) {
  const items = order.contradictions.filter((one) => !needsRuling(one)).map(contradictionWords)
  return items.length > 0 && noticeOf('notice', t('settledByRule'), items)
}

/** These wait for somebody in the review. */
const TO_BE_SEEN = ['confirmed_by_maintenance', 'confirmed_in_burst', 'confirmer_never_of_the_department', 'confirmed_after_many_look_ups', 'confirmer_had_left']

function contradictionWords({ kind, settled }) {
  return [t(`contradictionKinds.${kind}`), TO_BE_SEEN.includes(kind) && !settled && t('seeReview')].filter(Boolean).join(' · ')
}

const noticeOf = (looks, title, items, way) => element('div', { class: looks }, title, element('ul', {}, ...items.map((item) => element('li', {}, item))), way)

function lines(key, all, sentence) {
  if (all.length === 0) return undefined
  return element('div', {}, element('h3', {}, t(key)), element('ul', {}, ...all.map((line) => element('li', {}, sentence(line)))))
}

/** What undoes or ends something never looks like the next thing to do. */
const GOING_BACK = ['reassign', 'return', 'cancel', 'merge']

function decisions(order, teams, changed, failed) {
  if (order.next_actions.length === 0) return []
  return [element('h3', {}, t('decisions')), ...order.next_actions.map((action) => decision(action, order, teams, changed, failed))]
}

/** A form for one decision: what has to be said, and one button. */
function decision(action, order, teams, changed, failed) {
  const decide = onceOnly()
  const controls = controlsOf(action, order, teams)
  const button = element('button', { class: GOING_BACK.includes(action) ? '' : 'main' }, t(`actions.${action}`))
  const submit = async (event) => {
    event.preventDefault()
    if (action === 'reassign' && !controls.some(({ control }) => control.value)) return failed(new Refused('nothing_chosen'))
    button.disabled = true
    try {
      changed(await decide(`/api/orders/${order.id}/${action.replaceAll('_', '-')}`, said(controls)), action)
    } catch (error) {
      button.disabled = false
      failed(error)
    }
  }
  return element('form', { class: 'row', onsubmit: submit }, ...controls.flatMap(({ label, control, beside }) => [field(label, control), beside]), button)
}

function controlsOf(action, order, teams) {
  const reason = { name: 'reason', label: `reasons.${action}`, control: element('input', { required: true, maxlength: 1000, autocomplete: 'off' }) }
  const team = { name: 'team', label: 'team', control: choice(teams.map((one) => [one.team, `${one.team} ${one.name}`]), action === 'dispatch') }
  const person = { name: 'staff_no', label: 'assignee', control: choice(people(teams, order.team), action === 'assign') }
  // Who can be chosen follows the team that is chosen.
  team.control.addEventListener('change', () => person.control.replaceChildren(...options(people(teams, team.control.value || order.team))))
  const takenUp = ['accepted', 'in_progress', 'suspended'].includes(order.node)
  const override = { name: 'override', label: 'override', control: element('input', { type: 'checkbox', required: true }) }
  const cancel = takenUp ? [reason, override] : [reason]
  return { dispatch: [team], accept_for_team: [], assign: [person], reassign: [team, person], return: [reason], cancel, merge: [orderThatGoesOn(order)] }[action] ?? []
}

/** The number of another order; those at the same place are offered, once somebody is about to write one. */
function orderThatGoesOn(order) {
  const choices = element('datalist', { id: 'orders-at-the-place' })
  const input = element('input', { required: true, maxlength: 40, autocomplete: 'off', list: choices.id })
  const offer = async () => {
    const others = (await unfinishedAt(order.location)).filter((other) => other.id !== order.id)
    choices.replaceChildren(...others.map((other) => element('option', { value: other.number }, [other.fault_name ?? other.fault, t(`nodes.${other.node}`), other.description].join(' · '))))
  }
  input.addEventListener('focus', offer, { once: true })
  return { name: 'into', label: 'mergeInto', control: input, beside: choices }
}

const people = (teams, team) => (teams.find((one) => one.team === team)?.members ?? []).map((one) => [one.staff_no, `${one.name} ${one.staff_no}`])

const options = (choices) => [element('option', { value: '' }, t('choose')), ...choices.map(([value, text]) => element('option', { value }, text))]

const choice = (choices, required) => element('select', { required }, ...options(choices))

/** What the controls say; empty ones say nothing. */
function said(controls) {
  const values = controls.map(({ name, control }) => [name, control.type === 'checkbox' ? control.checked : control.value])
  return Object.fromEntries(values.filter(([, value]) => value !== ''))
}
