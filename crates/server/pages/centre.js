/** The plain page of the centre: sign in, list by node, one order, filing an order. */

import { Refused, get, isSignedIn, post, signIn, signOut } from './backend.js'
import { element, field, instant, refusal, switchLanguage, t, translatePage } from './elements.js'
import { orderSheet } from './order.js'

const NODES = ['reported', 'dispatched', 'team_accepted', 'assigned', 'accepted', 'in_progress', 'suspended', 'completed', 'confirmed', 'cancelled']
const FILERS = ['dispatcher', 'service_operator', 'requester']

const main = document.getElementById('main')
const state = { person: undefined, teams: [], faults: [], node: '', text: '', orders: [], next: null, order: undefined, filing: false }

function tell(sentence, wrong = false) {
  const notice = document.getElementById('notice')
  notice.hidden = !sentence
  notice.textContent = sentence
  notice.className = wrong ? 'notice wrong' : 'notice'
  notice.setAttribute('role', wrong ? 'alert' : 'status')
}

function failed(error) {
  tell(refusal(error), true)
  if (error instanceof Refused && !isSignedIn()) show()
}

/** Does something that may fail, and says so. */
const guarded = (work) => async (event) => {
  event?.preventDefault()
  tell('')
  try {
    await work(event)
  } catch (error) {
    failed(error)
  }
}

function signInSheet() {
  const staffNo = element('input', { required: true, autocomplete: 'username', autocapitalize: 'characters', spellcheck: 'false' })
  const password = element('input', { type: 'password', required: true, autocomplete: 'current-password' })
  const submit = guarded(async () => {
    state.person = await signIn(staffNo.value.trim(), password.value)
    await begin()
  })
  return element('form', { class: 'sheet narrow', onsubmit: submit }, element('h2', {}, t('signIn')), field('staffNo', staffNo), field('password', password), element('p', {}, element('button', { class: 'main' }, t('signIn'))))
}

async function begin() {
  state.person ??= await get('/api/session')
  ;[state.teams, state.faults] = await Promise.all([get('/api/teams'), get('/api/faults')])
  await readList()
}

async function readList(after) {
  const query = Object.fromEntries(Object.entries({ node: state.node, q: state.text, after }).filter(([, value]) => value))
  const page = await get('/api/orders', query)
  state.orders = after ? [...state.orders, ...page.orders] : page.orders
  state.next = page.next
  show()
}

function listSheet() {
  const search = element('input', { type: 'search', value: state.text, autocomplete: 'off', onchange: guarded((event) => readWith({ text: event.target.value.trim() })) })
  const nodes = ['', ...NODES].map((node) =>
    element('option', { value: node, selected: node === state.node }, node ? t(`nodes.${node}`) : t('allNodes')),
  )
  const select = element('select', { onchange: guarded((event) => readWith({ node: event.target.value })) }, ...nodes)
  const mayFile = state.person?.roles.some((role) => FILERS.includes(role))
  const buttons = element(
    'div',
    { class: 'row' },
    element('button', { type: 'button', onclick: guarded(() => readList()) }, t('refresh')),
    mayFile && element('button', { type: 'button', class: 'main', onclick: () => open({ filing: true }) }, t('newOrder')),
  )
  return element(
    'section',
    { class: 'sheet', 'aria-labelledby': 'list-title' },
    element('h2', { id: 'list-title' }, t('orders')),
    element('div', { class: 'row' }, field('search', search), field('state', select)),
    buttons,
    state.orders.length === 0 ? element('p', { class: 'quiet' }, t('noOrders')) : element('ul', { class: 'orders' }, ...state.orders.map(listRow)),
    state.next && element('button', { type: 'button', onclick: guarded(() => readList(state.next)) }, t('more')),
  )
}

const readWith = (narrowed) => {
  Object.assign(state, narrowed)
  return readList()
}

function listRow(order) {
  const late = order.due_at != null && order.due_at < Date.now()
  const choose = guarded(async () => open({ order: await get(`/api/orders/${order.id}`) }))
  return element(
    'li',
    {},
    element(
      'button',
      { type: 'button', onclick: choose, 'aria-pressed': String(state.order?.id === order.id), 'data-order': order.id },
      element('span', { class: 'line' }, element('strong', {}, order.number), element('span', {}, `${t(`urgencies.${order.urgency}`)} · ${t(`nodes.${order.node}`)}`)),
      element('span', { class: 'line' }, element('span', {}, order.location_label ?? order.location), late ? element('span', { class: 'late' }, t('late')) : element('span', { class: 'quiet' }, instant(order.reported_at))),
      element('span', { class: 'quiet' }, order.description),
    ),
  )
}

function open(shown) {
  Object.assign(state, { order: undefined, filing: false }, shown)
  show()
  // The page was drawn anew: who uses a keyboard or a reader goes on at what was opened.
  main.lastElementChild.setAttribute('tabindex', '-1')
  main.lastElementChild.focus()
}

/** Text with suggestions from the server; what is typed is the code. */
function lookup(path, key, words) {
  const list = element('datalist', { id: `${key}-choices` })
  const input = element('input', { required: true, list: list.id, autocomplete: 'off' })
  input.addEventListener('input', guarded(async () => {
    const found = await get(path, { q: input.value.trim() })
    list.replaceChildren(...found.map((one) => element('option', { value: one[key] }, words(one))))
  }))
  return { input, control: element('span', {}, input, list) }
}

function filingSheet() {
  const location = lookup('/api/locations', 'location', (one) => one.label)
  const department = lookup('/api/departments', 'department', (one) => one.name)
  if (state.person.roles[0] === 'requester') department.input.value = state.person.department
  const fault = element('select', { required: true }, element('option', { value: '' }, t('choose')), ...state.faults.map((one) => element('option', { value: one.fault }, one.name)))
  const urgency = element('select', {}, element('option', { value: '' }, t('byFault')), ...['critical', 'urgent', 'normal', 'planned'].map((one) => element('option', { value: one }, t(`urgencies.${one}`))))
  const description = element('textarea', { required: true, maxlength: 1000, rows: 3 })
  const callerName = element('input', { maxlength: 100, autocomplete: 'off' })
  const callerNumber = element('input', { maxlength: 40, autocomplete: 'off', inputmode: 'tel' })
  const submit = guarded(async () => {
    const order = { location: location.input.value.trim(), fault: fault.value, department: department.input.value.trim(), description: description.value }
    if (urgency.value) order.urgency = urgency.value
    if (callerName.value.trim()) order.caller = { name: callerName.value, number: callerNumber.value || undefined }
    await saved(await post('/api/orders', order))
  })
  return element(
    'form',
    { class: 'sheet', onsubmit: submit, 'aria-labelledby': 'filing-title' },
    element('h2', { id: 'filing-title' }, t('newOrder')),
    field('location', location.control),
    field('fault', fault),
    field('urgency', urgency),
    field('department', department.control),
    field('description', description),
    field('callerName', callerName),
    field('callerNumber', callerNumber),
    element('p', {}, element('button', { class: 'main' }, t('create'))),
  )
}

async function saved(order) {
  Object.assign(state, { order, filing: false })
  await readList()
  tell(t('done'))
}

function detailSheet() {
  if (state.filing) return filingSheet()
  if (state.order) return orderSheet(state.order, state.teams, guardedSaved, failed)
  return element('section', { class: 'sheet quiet' }, t('noOrder'))
}

const guardedSaved = (order) => guarded(() => saved(order))()

function show() {
  translatePage()
  const signedIn = isSignedIn() && state.person
  document.getElementById('who').textContent = signedIn ? `${state.person.name} ${state.person.staff_no}` : ''
  document.getElementById('sign-out').hidden = !signedIn
  main.className = signedIn ? 'two' : ''
  main.replaceChildren(...(signedIn ? [listSheet(), detailSheet()] : [signInSheet()]))
}

document.getElementById('language').addEventListener('click', () => {
  switchLanguage()
  tell('')
  show()
})
document.getElementById('sign-out').addEventListener('click', guarded(async () => {
  Object.assign(state, { person: undefined, order: undefined, orders: [] })
  await signOut().finally(show)
}))

show()
if (isSignedIn()) guarded(begin)()
