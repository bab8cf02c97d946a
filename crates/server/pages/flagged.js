/** Confirmations that somebody has to look at: they count all the while. */

import { onceOnly } from './backend.js'
import { element, factList, field, instant, t } from './elements.js'

/** Shows a page of the list; `open(order)` shows an order, `changed()` is called once somebody has looked, `failed(error)` when it is refused. */
export function flaggedSheet(page, { more, open, changed, failed }) {
  const items = flurries(page.items).map((flurry) => flurrySheet(flurry, { open, changed, failed }))
  return element(
    'section',
    { class: 'sheet', 'aria-labelledby': 'flagged-title' },
    element('h2', { id: 'flagged-title' }, t('flaggedTitle', { count: page.open })),
    element('p', { class: 'quiet' }, t('flaggedAbout')),
    items.length === 0 ? element('p', { class: 'quiet' }, t('nothingFlagged')) : element('ul', { class: 'reviews flagged' }, ...items),
    page.next && element('button', { type: 'button', onclick: more }, t('more')),
  )
}

/**
 * Confirmations that name each other's orders, of one number and one worker: one flurry is looked at once. Each confirmation of it is flagged
 * by itself, as each that came before it made it unlikely.
 */
function flurries(items) {
  const found = []
  for (const item of items) {
    const flurry = found.find((one) => isOfOneFlurry(one[0], item))
    if (flurry) flurry.push(item)
    else found.push([item])
  }
  return found
}

/** One that is unlikely for another reason, or says something else, is looked at by itself. */
function isOfOneFlurry(one, other) {
  const names = (here, there) => here.others.some((order) => order.order === there.order)
  const isOfTheSame = ['confirmer', 'recorder', 'department', 'accepted', 'standing'].every((fact) => one[fact] === other[fact]) && !one.review === !other.review
  const isBurstAlone = [one, other].every((item) => item.doubts.every((doubt) => doubt.why === 'burst'))
  return isOfTheSame && isBurstAlone && (names(one, other) || names(other, one))
}

function flurrySheet(flurry, { open, changed, failed }) {
  const [item] = flurry
  const named = flurry.flatMap((one) => [{ order: one.order, order_number: one.order_number }, ...one.others])
  const orders = [...new Map(named.map((one) => [one.order, one])).values()]
  const toDecide = flurry.filter((one) => one.can_see)
  return element(
    'li',
    { 'data-event': item.event },
    element('h3', {}, item.doubts.map((doubt) => t(`doubts.${doubt.why}`, { count: doubt.count })).join(' · ')),
    flurry.length > 1 && element('p', {}, t('oneFlurry', { count: flurry.length })),
    factList(facts(item)),
    toDecide.length > 0 && decision(toDecide, changed, failed),
    element('div', { class: 'row' }, ...orders.map((one) => element('button', { type: 'button', onclick: () => open(one.order) }, t('openOrder', { number: one.order_number })))),
  )
}

function facts(item) {
  const who = (name, number) => [name, number].filter(Boolean).join(' ')
  return [
    ['confirmer', `${who(item.confirmer_name, item.confirmer)} · ${t(`standings.${item.standing}`)}`],
    ['recorder', who(item.recorder_name, item.recorder)],
    ['department', item.department_name ?? item.department],
    ['confirmedAt', instant(item.at)],
    ['receivedAt', instant(item.received_at)],
    ['reviewed', item.review && [who(item.review.by_name, item.review.by), instant(item.review.at), item.review.reason].join(' · ')],
  ]
}

function decision(flurry, changed, failed) {
  const decisions = flurry.map((item) => ({ item, decide: onceOnly() }))
  const found = element('input', { required: true, maxlength: 1000, autocomplete: 'off' })
  const button = element('button', { class: 'main', value: 'seen' }, t('seen'))
  const submit = async (event) => {
    event.preventDefault()
    button.disabled = true
    let seen = 0
    try {
      for (const { item, decide } of decisions) {
        await decide(`/api/flagged-confirmations/${item.event}/seen`, { reason: found.value })
        seen += 1
      }
      await changed()
    } catch (error) {
      button.disabled = false
      // Where one is refused, those before it are looked at: the list that is read anew shows what is left.
      if (seen > 0 && seen < decisions.length) await changed().catch(() => undefined)
      failed(error)
    }
  }
  return element('form', { class: 'row', onsubmit: submit }, field('found', found), button)
}
