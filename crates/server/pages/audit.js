/** What the auditor reads: who signed in, was given what, decided what. */

import { element, factList, instant, t } from './elements.js'

/** Shows the lines of the trail so far; `more` reads further ones. */
export function auditSheet(page, more) {
  return element(
    'section',
    { class: 'sheet', 'aria-labelledby': 'audit-title' },
    element('h2', { id: 'audit-title' }, t('audit')),
    element('p', { class: 'quiet' }, t('auditAbout')),
    page.lines.length === 0 ? element('p', { class: 'quiet' }, t('nothingAudited')) : element('ul', { class: 'reviews audit' }, ...page.lines.map(line)),
    page.next && element('button', { type: 'button', onclick: more }, t('more')),
  )
}

function line(one) {
  const words = t(`deeds.${one.deed}`)
  return element('li', { 'data-position': one.position }, element('h3', {}, one.times > 1 ? t('severalTimes', { deed: words, count: one.times }) : words), factList(facts(one)))
}

function facts(one) {
  return [
    ['auditAt', timeWords(one)],
    ['auditBy', [one.by, one.by_name].filter(Boolean).join(' ')],
    ['auditOf', aboutWords(one)],
    ['auditPlace', placeWords(one.place)],
  ]
}

/** From when to when; both are the same to whoever reads where they lie within a minute. */
function timeWords(one) {
  const [from, to] = [instant(one.at), instant(one.last_at ?? one.at)]
  return from === to ? from : t('fromTo', { from, to })
}

/** A person by number and name; of a device and an event whose they are, before the id by which a program finds them. */
function aboutWords(one) {
  if (one.deed === 'imported') return t('importedRevision', { revision: one.about })
  const isPerson = one.deed === 'code_made' || one.deed === 'password_set'
  return (isPerson ? [one.about, one.about_name] : [one.about_name, one.about]).filter(Boolean).join(' ')
}

function placeWords(place) {
  if (!place) return undefined
  const [kind, mark] = place.split(' ')
  return t(`auditPlaces.${kind}`, { mark })
}
