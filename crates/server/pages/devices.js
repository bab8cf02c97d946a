/** The phones of the technicians: when each was last heard, and stopping one that was lost. */

import { onceOnly } from './backend.js'
import { element, factList, field, instant, t } from './elements.js'

/** Shows all devices, narrowed by what is typed; `changed()` is called once one was stopped, `failed(error)` when that is refused. */
export function devicesSheet(devices, { mayStop, changed, failed }) {
  const list = element('ul', { class: 'reviews' })
  const search = element('input', { type: 'search', autocomplete: 'off', oninput: () => list.replaceChildren(...found(devices, search.value).map((one) => deviceRow(one, { mayStop, changed, failed }))) })
  list.append(...devices.map((one) => deviceRow(one, { mayStop, changed, failed })))
  return element(
    'section',
    { class: 'sheet', 'aria-labelledby': 'devices-title' },
    element('h2', { id: 'devices-title' }, t('devicesTitle', { count: devices.length })),
    element('p', { class: 'quiet' }, t('devicesAbout')),
    field('searchDevices', search),
    devices.length === 0 ? element('p', { class: 'quiet' }, t('noDevices')) : list,
  )
}

function found(devices, typed) {
  const wanted = typed.normalize('NFKC').trim()
  return devices.filter((one) => one.name.includes(wanted) || one.staff_no.includes(wanted))
}

function deviceRow(one, { mayStop, changed, failed }) {
  return element(
    'li',
    { 'data-device': one.id },
    element('h3', {}, `${one.name} ${one.staff_no}`, one.revoked_at != null && element('span', { class: 'badge' }, `${t('stopped')} ${instant(one.revoked_at)}`)),
    factList(facts(one)),
    mayStop && one.revoked_at == null && stopping(one, { changed, failed }),
  )
}

function facts(one) {
  return [
    ['enrolledAt', instant(one.enrolled_at)],
    ['lastHeardAt', one.last_heard_at == null ? t('neverHeard') : instant(one.last_heard_at)],
  ]
}

/** It cannot be taken back, so one tap does not do it. */
function stopping(one, { changed, failed }) {
  const stop = onceOnly()
  const button = element('button', {}, t('stopDevice'))
  const sure = element('input', { type: 'checkbox', required: true })
  const submit = async (event) => {
    event.preventDefault()
    button.disabled = true
    try {
      await stop(`/api/devices/${one.id}/revoke`, {})
      await changed(one)
    } catch (error) {
      button.disabled = false
      failed(error)
    }
  }
  return element('form', { class: 'row', onsubmit: submit }, element('label', { class: 'check' }, sure, t('stopIsMeant')), button)
}
