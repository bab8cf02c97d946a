/** Filing an order on the telephone. What is typed outlives everything but filing it: a new list, the other language, signing in again. */

import { get, onceOnly } from './backend.js'
import { element, field, t } from './elements.js'

const BLANK = { location: '', fault: '', department: '', urgency: '', description: '', callerName: '', callerNumber: '' }

let draft = { ...BLANK }
/** The order whose report is filed again; `undefined` for a new one. */
let lost
let file = onceOnly()

/** Forgets what was typed: somebody else signs in, or a new order begins. */
export function forgetDraft() {
  draft = { ...BLANK }
  lost = undefined
  file = onceOnly()
}

/** What is filed next is the report of an order of which only the work of phones is left. */
export function fileLost(order) {
  if (lost === order) return
  forgetDraft()
  lost = order
}

/** The form. `guarded` does what may fail and says so; `saved(order)` is called with what the server answers. */
export function filingSheet({ person, faults, guarded, saved }) {
  if (person.roles[0] === 'requester') draft.department ||= person.department ?? ''
  const button = element('button', { class: 'main' }, t('create'))
  const submit = guarded(async () => {
    button.disabled = true
    try {
      const order = await file('/api/orders', said())
      forgetDraft()
      await saved(order)
    } finally {
      button.disabled = false
    }
  })
  return element(
    'form',
    { class: 'sheet', onsubmit: submit, 'aria-labelledby': 'filing-title' },
    element('h2', { id: 'filing-title' }, t(lost ? 'fileAgain' : 'newOrder')),
    lost && element('p', { class: 'quiet' }, t('fileAgainAbout')),
    lookup('location', '/api/locations', (one) => one.label, guarded),
    field('fault', kept('fault', choice(t('choose'), faults.map((one) => [one.fault, one.name]), true))),
    field('urgency', kept('urgency', choice(t('byFault'), ['critical', 'urgent', 'normal', 'planned'].map((one) => [one, t(`urgencies.${one}`)]), false))),
    lookup('department', '/api/departments', (one) => one.name, guarded),
    field('description', kept('description', element('textarea', { required: true, maxlength: 1000, rows: 3 }))),
    field('callerName', kept('callerName', element('input', { maxlength: 100, autocomplete: 'off' }))),
    field('callerNumber', kept('callerNumber', element('input', { maxlength: 40, autocomplete: 'off', inputmode: 'tel' }))),
    element('p', {}, button),
  )
}

function said() {
  const order = { location: draft.location.trim(), fault: draft.fault, department: draft.department.trim(), description: draft.description }
  const name = draft.callerName.trim()
  const number = draft.callerNumber.trim()
  if (draft.urgency) order.urgency = draft.urgency
  if (lost) order.order = lost
  // Who only leaves a number is called back all the same.
  if (name || number) order.caller = { name: name || t('nameless'), number: number || undefined }
  return order
}

/** The control shows what was typed before and keeps what is typed now. */
function kept(name, control) {
  control.name = name
  control.value = draft[name]
  for (const change of ['input', 'change']) {
    control.addEventListener(change, () => {
      draft[name] = control.value
    })
  }
  return control
}

const choice = (none, choices, required) =>
  element('select', { required }, element('option', { value: '' }, none), ...choices.map(([value, text]) => element('option', { value }, text)))

/** A code with suggestions from the server, and in words what the code means. A name that only one thing has becomes its code. */
function lookup(name, path, words, guarded) {
  const list = element('datalist', { id: `${name}-choices` })
  const meaning = element('span', { class: 'quiet', id: `${name}-meaning`, role: 'status' })
  const input = kept(name, element('input', { required: true, list: list.id, autocomplete: 'off', 'aria-describedby': meaning.id }))
  const search = async () => {
    const typed = input.value.trim()
    const found = typed ? await get(path, name === 'department' && draft.location ? { q: typed, location: draft.location } : { q: typed }) : []
    if (typed !== input.value.trim()) return undefined
    list.replaceChildren(...found.map((one) => element('option', { value: one[name] }, words(one))))
    const meant = found.find((one) => one[name].toUpperCase() === typed.toUpperCase())
    meaning.textContent = meant ? words(meant) : ''
    return meant ?? (found.length === 1 ? found[0] : undefined)
  }
  input.addEventListener('input', guarded(search))
  input.addEventListener('change', guarded(async () => {
    const meant = await search()
    if (!meant) return
    input.value = draft[name] = meant[name]
    meaning.textContent = words(meant)
  }))
  if (input.value) guarded(search)()
  return field(name, element('span', {}, input, list, meaning))
}
