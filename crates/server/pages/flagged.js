/** Confirmations that somebody has to look at: they count all the while. */

import { onceOnly } from './backend.js'
import { element, field, instant, t } from './elements.js'

/** Shows a page of the list; `open(order)` shows an order, `changed()` is called once somebody has looked, `failed(error)` when it is refused. */
export function flaggedSheet(page, { more, open, changed, failed }) {
  const items = page.items.map((item) => itemSheet(item, { open, changed, failed }))
  return element(
    'section',
    { class: 'sheet', 'aria-labelledby': 'flagged-title' },
    element('h2', { id: 'flagged-title' }, t('flaggedTitle', { count: page.open })),
    element('p', { class: 'quiet' }, t('flaggedAbout')),
    items.length === 0 ? element('p', { class: 'quiet' }, t('nothingFlagged')) : element('ul', { class: 'reviews flagged' }, ...items),
    page.next && element('button', { type: 'button', onclick: more }, t('more')),
  )
}

function itemSheet(item, { open, changed, failed }) {
  const facts = rows(item).flatMap(([key, value]) => [element('dt', {}, t(key)), element('dd', {}, value)])
  const orders = [{ order: item.order, order_number: item.order_number }, ...item.others]
  return element(
    'li',
    { 'data-event': item.event },
    element('h3', {}, item.doubts.map((doubt) => t(`doubts.${doubt.why}`, { count: doubt.count })).join(' · ')),
    element('dl', {}, ...facts),
    item.can_see && decision(item, changed, failed),
    element('div', { class: 'row' }, ...orders.map((one) => element('button', { type: 'button', onclick: () => open(one.order) }, t('openOrder', { number: one.order_number })))),
  )
}

function rows(item) {
  const who = (name, number) => [name, number].filter(Boolean).join(' ')
  const all = [
    ['confirmer', `${who(item.confirmer_name, item.confirmer)} · ${t(`standings.${item.standing}`)}`],
    ['recorder', who(item.recorder_name, item.recorder)],
    ['department', item.department_name ?? item.department],
    ['confirmedAt', instant(item.at)],
    ['receivedAt', instant(item.received_at)],
    ['reviewed', item.review && [who(item.review.by_name, item.review.by), instant(item.review.at), item.review.reason].join(' · ')],
  ]
  return all.filter(([, value]) => value)
}

function decision(item, changed, failed) {
  const decide = onceOnly()
  const found = element('input', { required: true, maxlength: 1000, autocomplete: 'off' })
  const button = element('button', { class: 'main', value: 'seen' }, t('seen'))
  const submit = async (event) => {
    event.preventDefault()
    button.disabled = true
    try {
      await decide(`/api/flagged-confirmations/${item.event}/seen`, { reason: found.value })
      await changed()
    } catch (error) {
      button.disabled = false
      failed(error)
    }
  }
  return element('form', { class: 'row', onsubmit: submit }, field('found', found), button)
}
