/** What was set aside and what is held: the list, and admitting or leaving each with a reason. */

import { onceOnly } from './backend.js'
import { element, factList, field, instant, t } from './elements.js'
import { objectOf } from './history.js'

/** Shows a page of the list; `open(order)` shows an order, `fileAgain(order)` files the report of one that is lost, `changed()` is called after a decision, `failed(error)` when it is refused. */
export function reviewSheet(page, { teams, more, open, fileAgain, changed, failed, withLeft, showLeft }) {
  const left = element('input', { type: 'checkbox', checked: withLeft, onchange: (event) => showLeft(event.target.checked) })
  const items = page.items.map((item) => itemSheet(item, { teams, open, fileAgain, changed, failed }))
  return element(
    'section',
    { class: 'sheet', 'aria-labelledby': 'review-title' },
    element('h2', { id: 'review-title' }, t('reviewTitle', { count: page.open })),
    element('p', { class: 'quiet' }, t('reviewAbout')),
    element('label', { class: 'check' }, left, t('showLeft')),
    items.length === 0 ? element('p', { class: 'quiet' }, t('nothingToReview')) : element('ul', { class: 'reviews' }, ...items),
    page.next && element('button', { type: 'button', onclick: more }, t('more')),
  )
}

function itemSheet(item, { teams, open, fileAgain, changed, failed }) {
  const kind = item.kind ? t(`kinds.${item.kind}`) : t('kinds.unreadable')
  const why = item.not_admittable && item.not_admittable !== 'not_your_role' && t(`notAdmittable.${item.not_admittable}`)
  return element(
    'li',
    { 'data-event': item.event },
    element('h3', {}, `${kind} · ${t(`standing.${item.standing}`)}`),
    factList(facts(item, teams)),
    why && element('p', { class: 'quiet' }, why),
    item.can.length > 0 && decision(item, changed, failed),
    item.not_admittable === 'order_unknown'
      ? element('button', { type: 'button', onclick: () => fileAgain(item.order) }, t('fileAgain'))
      : element('button', { type: 'button', onclick: () => open(item.order) }, t('openOrder', { number: item.order_number })),
  )
}

function facts(item, teams) {
  const who = (name, number) => [name, number].filter(Boolean).join(' ')
  const reason = item.standing === 'held' ? `heldReasons.${item.reason}` : `setAsideReasons.${item.reason}`
  return [
    ['reason', item.reason && t(reason)],
    ['location', item.location_label],
    ['fault', item.fault_name],
    ['recorder', who(item.recorder_name, item.recorder)],
    ['sender', item.sender !== item.recorder && who(item.sender_name, item.sender)],
    ['recordedAt', item.recorded_at == null ? undefined : instant(item.recorded_at)],
    ['receivedAt', instant(item.received_at)],
    ['says', words(item, teams)],
    ['proposal', item.proposal && proposal(item.proposal)],
    ['reviewed', item.review && [t(`outcomes.${item.review.outcome}`), who(item.review.by_name, item.review.by), instant(item.review.at), item.review.reason].join(' · ')],
  ]
}

/** An entry is looked at without its order. */
const NO_ORDER = { witnesses: [], events: [] }

/** What an entry says beyond its kind, in the words of the history; what has none there as written: codes, numbers and sentences. */
function words(item, teams) {
  const { kind, body } = item
  if (kind === 'confirmed') return confirmationWords(body)
  return kind === 'reported' ? reportWords(item) : (objectOf(item, NO_ORDER) ?? said(item, teams))
}

/** Its place and its fault stand above. */
const reportWords = ({ body, names }) => [names[body.department] ?? body.department, t(`urgencies.${body.urgency}`), body.description].filter(Boolean).join(' · ')

/** Whether it was refused is what has to be known before anything else. */
function confirmationWords({ accepted, name, staff_no, standing, reason }) {
  return [!accepted && t('refused'), [name, staff_no].filter(Boolean).join(' '), standing && t(`standings.${standing}`), reason].filter(Boolean).join(' · ')
}

const teamWords = (code, teams) => code && [code, teams.find((one) => one.team === code)?.name].filter(Boolean).join(' ')

function said({ body, names }, teams) {
  const written = Object.values({ ...body, team: teamWords(body?.team, teams) }).filter((value) => ['string', 'number'].includes(typeof value))
  return written.map((value) => names[value] ?? value).join(' · ')
}

function proposal(one) {
  const remarks = [
    t(one.before_revocation ? 'beforeRevocation' : 'notBeforeRevocation'),
    t(one.numbers_unbroken ? 'numbersUnbroken' : 'numbersBroken'),
    one.verdict?.reason && t(`setAsideReasons.${one.verdict.reason}`),
  ]
  return [t(`outcomes.${one.outcome}`), ...remarks.filter(Boolean)].join(' · ')
}

function decision(item, changed, failed) {
  const decide = onceOnly()
  const reason = element('input', { required: true, maxlength: 1000, autocomplete: 'off' })
  // What the server does not propose is never the obvious thing to press.
  const suggested = item.can[0] !== 'leave' && item.proposal?.outcome !== 'left' && item.can[0]
  const buttons = item.can.map((action) => element('button', { value: action, class: action === suggested ? 'main' : '' }, t(`reviewActions.${action}`, { count: item.held_together })))
  const submit = async (event) => {
    event.preventDefault()
    buttons.forEach((button) => (button.disabled = true))
    try {
      const action = event.submitter?.value || item.can.at(-1)
      const together = action === 'admit_together' || undefined
      await decide(`/api/set-aside/${item.event}/${together ? 'admit' : action}`, { reason: reason.value, device: item.device, content: item.content, together })
      await changed()
    } catch (error) {
      buttons.forEach((button) => (button.disabled = false))
      failed(error)
    }
  }
  return element('form', { class: 'row', onsubmit: submit }, field('decisionReason', reason), ...buttons)
}
