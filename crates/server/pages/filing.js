/** Filing an order on the telephone. What is typed outlives everything but filing it: a new list, the other language, signing in again. */

import { get, onceOnly } from './backend.js'
import { element, field, t } from './elements.js'

const BLANK = { location: '', fault: '', department: '', urgency: '', description: '', callerName: '', callerNumber: '' }

let draft = { ...BLANK }
/** The order whose report is filed again; `undefined` for a new one. */
let lost
let file = onceOnly()
/** Names on their way to becoming codes: whoever presses Enter in their field files the code. */
let settling = Promise.resolve()

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

/** The form. `guarded` does what may fail and says so; `saved(order)` is called with what the server answers; `open(order)` shows another order. */
export function filingSheet({ person, faults, guarded, open, saved }) {
  if (person.roles[0] === 'requester') draft.department ||= person.department ?? ''
  const button = element('button', { class: 'main' }, t('create'))
  const there = element('div', { id: 'orders-there', role: 'status' })
  const submit = guarded(async () => {
    button.disabled = true
    try {
      await settling
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
    lookup('location', (typed) => get('/api/locations', { q: typed }), (one) => one.label, guarded, (place) => showOrdersThere(there, place, person, open)),
    lookup('fault', (typed) => faultsNamed(faults, typed), (one) => one.name, guarded),
    field('urgency', kept('urgency', choice(t('byFault'), ['critical', 'urgent', 'normal', 'planned'].map((one) => [one, t(`urgencies.${one}`)]), false))),
    lookup('department', departmentsNamed, (one) => one.name, guarded),
    field('description', kept('description', element('textarea', { required: true, maxlength: 1000, rows: 3 }))),
    field('callerName', kept('callerName', element('input', { maxlength: 50, autocomplete: 'off' }))),
    field('callerNumber', kept('callerNumber', element('input', { maxlength: 30, autocomplete: 'off', inputmode: 'tel' }))),
    // Where it stands in nobody's way from field to field.
    there,
    element('p', {}, button),
  )
}

/** Names are typed: nobody finds one among forty by pressing a key forty times. */
const faultsNamed = async (faults, typed) => faults.filter((one) => one.name.includes(typed) || one.fault === typed.toUpperCase())

/** Those of the place's campus first. */
const departmentsNamed = (typed) => get('/api/departments', draft.location ? { q: typed, location: draft.location } : { q: typed })

/** More of them would push the form away. */
const MOST_SHOWN = 3
/** What an order that nobody has finished stands at. */
const UNFINISHED = ['reported', 'dispatched', 'team_accepted', 'assigned', 'accepted', 'in_progress', 'suspended', 'completed']

const NONE = { orders: [] }

/** The orders at a place that nobody has finished; none where they cannot be had, because nothing waits for them. */
export async function unfinishedAt(place) {
  const page = await get('/api/orders', { q: place }).catch(() => NONE)
  return page.orders.filter((order) => order.location === place && UNFINISHED.includes(order.node))
}

/** What is under way at the place already: the same leak is often reported twice. It helps, and nothing waits for it. */
async function showOrdersThere(into, place, person, open) {
  into.dataset.place = place ?? ''
  const found = place && person.may.includes('GET /api/orders') ? await unfinishedAt(place) : []
  // Another place was typed meanwhile.
  if (into.dataset.place !== (place ?? '')) return
  const there = found.filter((order) => order.id !== lost)
  const rows = there.slice(0, MOST_SHOWN).map((order) => element('li', {}, element('button', { type: 'button', onclick: () => open(order.id) }, [order.number, order.fault_name ?? order.fault, t(`nodes.${order.node}`), order.description].join(' · '))))
  into.replaceChildren(...(there.length > 0 ? [element('p', { class: 'late' }, t('ordersThere', { count: there.length })), element('ul', { class: 'orders' }, ...rows)] : []))
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

/** More names than these nobody reads. */
const MOST_NAMED = 5

/** A code with suggestions, which `find(typed)` gives, and in words what the code means. A name that only one thing has becomes its code; `chosen(code)` is told. */
function lookup(name, find, words, guarded, chosen = () => undefined) {
  const list = element('datalist', { id: `${name}-choices` })
  const meaning = element('span', { class: 'quiet', id: `${name}-meaning`, role: 'status' })
  const input = kept(name, element('input', { required: true, list: list.id, autocomplete: 'off', 'aria-describedby': meaning.id }))
  const search = async () => {
    const typed = input.value.trim()
    const found = typed ? await find(typed) : []
    if (typed !== input.value.trim()) return undefined
    list.replaceChildren(...found.map((one) => element('option', { value: one[name] }, words(one))))
    const meant = meantBy(typed, found, (one) => one[name], words)
    meaning.textContent = meant ? words(meant) : ''
    await chosen(meant?.[name])
    return meant ?? (found.length === 1 ? found[0] : undefined)
  }
  input.addEventListener('input', guarded(search))
  const settle = async () => {
    const meant = await search()
    if (!meant && input.value.trim()) meaning.textContent = foundWords([...list.children].map((one) => one.textContent))
    if (!meant) return
    if (meant[name] !== input.value.trim()) await chosen(meant[name])
    input.value = draft[name] = meant[name]
    meaning.textContent = words(meant)
  }
  input.addEventListener('change', guarded(() => {
    const settled = settle()
    settling = Promise.allSettled([settling, settled])
    return settled
  }))
  if (input.value) guarded(search)()
  return field(name, element('span', {}, input, list, meaning))
}

function foundWords(names) {
  if (names.length === 0) return t('nothingFound')
  return t('severalFound', { names: names.slice(0, MOST_NAMED).join(t('comma')), more: names.length > MOST_NAMED ? t('andMore') : '' })
}

/** The one with this code, or the only one of exactly this name, wherever it is. */
function meantBy(typed, found, codeOf, words) {
  const named = found.filter((one) => words(one).split(' · ').at(-1) === typed)
  return found.find((one) => codeOf(one).toUpperCase() === typed.toUpperCase()) ?? (named.length === 1 ? named[0] : undefined)
}
