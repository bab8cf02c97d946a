/** The plain page of the centre: sign in, list by node, one order, filing an order, what was set aside or is held, the devices, the audit trail. */

import { auditSheet } from './audit.js'
import { get, isSignedIn, signIn, signOut } from './backend.js'
import { element, field, instant, refusal, switchLanguage, t, translatePage } from './elements.js'
import { fileLost, filingSheet, forgetDraft } from './filing.js'
import { devicesSheet } from './devices.js'
import { orderSheet } from './order.js'
import { flaggedSheet } from './flagged.js'
import { reviewSheet } from './review.js'

const NODES = ['reported', 'dispatched', 'team_accepted', 'assigned', 'accepted', 'in_progress', 'suspended', 'completed', 'confirmed', 'cancelled']
/** What the list can be narrowed to beside a state. */
const CONCERNS = ['late', 'attention']
/** Where an order waits for whoever may take this step. */
const WAITS_FOR = { 'POST /api/orders/{id}/dispatch': 'reported', 'POST /api/orders/{id}/accept-for-team': 'dispatched', 'POST /api/orders/{id}/assign': 'team_accepted' }
/** The list is read again after this time, in milliseconds: nobody presses a button to learn of a new order. */
const READ_AGAIN = 30_000

const main = document.getElementById('main')
const state = { person: undefined, teams: [], faults: [], node: '', text: '', orders: [], pressing: [], isMorePressing: false, toReview: 0, readAt: undefined, isStale: false, next: null, order: undefined, filing: false, review: undefined, devices: undefined, audit: undefined, withLeft: false }
/** Whose page this was: what is typed waits for the same person. */
let lastPerson

function tell(sentence, wrong = false) {
  const notice = document.getElementById('notice')
  notice.hidden = !sentence
  notice.textContent = sentence
  notice.className = wrong ? 'notice wrong' : 'notice'
  notice.setAttribute('role', wrong ? 'alert' : 'status')
}

function failed(error) {
  tell(refusal(error), true)
  if (!isSignedIn() && state.person) {
    state.person = undefined
    show()
  }
}

/** Does something that may fail, and says so. */
const guarded = (work) => async (event) => {
  event?.preventDefault?.()
  tell('')
  try {
    await work(event)
  } catch (error) {
    failed(error)
  }
}

function signInSheet() {
  const staffNo = element('input', { required: true, autocomplete: 'username', autocapitalize: 'characters', spellcheck: 'false', value: lastPerson?.staff_no ?? '' })
  const password = element('input', { type: 'password', required: true, autocomplete: 'current-password' })
  const submit = guarded(async () => {
    try {
      state.person = await signIn(staffNo.value, password.value)
    } catch (error) {
      password.value = ''
      password.focus()
      throw error
    }
    if (lastPerson?.staff_no !== state.person.staff_no) forgetAll()
    await begin()
    main.focus({ preventScroll: true })
  })
  return element('form', { class: 'sheet narrow', onsubmit: submit }, element('h2', {}, t('signIn')), field('staffNo', staffNo), field('password', password), element('p', {}, element('button', { class: 'main' }, t('signIn'))))
}

function forgetAll() {
  Object.assign(state, { order: undefined, orders: [], pressing: [], isMorePressing: false, toReview: 0, filing: false, review: undefined, devices: undefined, audit: undefined, withLeft: false, node: '', text: '' })
  forgetDraft()
}

async function begin() {
  state.person ??= await get('/api/session')
  lastPerson = state.person
  ;[state.teams, state.faults] = await Promise.all([get('/api/teams'), get('/api/faults')])
  if (may('GET /api/orders')) takePage(await readPage())
  // Whoever has no orders to see is here for the devices.
  else if (may('GET /api/devices')) state.devices = await readDevices()
  const linked = location.hash.slice(1)
  if (linked && !state.order && !state.filing) state.order = await get(`/api/orders/${linked}`).catch(() => undefined)
  show()
}

/** What a question says; what is empty says nothing. */
const said = (query) => Object.fromEntries(Object.entries(query).filter(([, value]) => value))

const narrowed = () => (CONCERNS.includes(state.node) ? { [state.node]: true } : { node: state.node })

/** A page of the list. What is late, has to be looked at, or waits for whoever looks comes with the first page of the whole list: it stands on top. */
async function readPage(after) {
  const page = get('/api/orders', said({ ...narrowed(), q: state.text, after }))
  if (after || state.node || state.text) return page
  const nodes = Object.keys(WAITS_FOR).filter(may).map((step) => WAITS_FOR[step])
  const pressing = [...CONCERNS.map((concern) => ({ [concern]: true })), ...nodes.map((node) => ({ node }))]
  const [all, toReview, ...pages] = await Promise.all([page, countToReview(), ...pressing.map((query) => get('/api/orders', query))])
  return { ...all, toReview, pressing: mostPressingFirst(pages.flatMap((one) => one.orders)), isMorePressing: pages.some((one) => one.next) }
}

/** How much waits under 核查, for whoever may look there. */
async function countToReview() {
  if (!may('GET /api/set-aside')) return 0
  const pages = await Promise.all(['/api/set-aside', '/api/flagged-confirmations'].map((path) => get(path, { limit: 1 })))
  return pages.reduce((sum, page) => sum + page.open, 0)
}

const URGENCIES = ['critical', 'urgent', 'normal', 'planned']

/** Each order once: what is late first, of these the most urgent, then what was due first. */
function mostPressingFirst(orders) {
  const once = [...new Map(orders.map((order) => [order.id, order])).values()]
  const rank = (order) => [isLate(order) ? 0 : 1, URGENCIES.indexOf(order.urgency), order.due_at ?? Infinity]
  return once.sort((one, other) => rank(one).map((value, place) => value - rank(other)[place]).find((difference) => difference) ?? 0)
}

function takePage(page, further = false) {
  if (!further) {
    state.readAt = Date.now()
    state.pressing = page.pressing ?? []
    state.isMorePressing = page.isMorePressing ?? false
    state.toReview = page.toReview ?? state.toReview
  }
  state.orders = further ? [...state.orders, ...page.orders] : page.orders
  state.next = page.next
}

/** Each question about the list is an object of its own: the one that was asked last, and the one whose answer is shown. */
let asked = {}
let shown = asked

/**
 * Reads the list; the sheet beside it, where somebody may be typing, stays as it is. Of several questions under way the one that was asked
 * last counts, whichever answer comes last. More of a list is of the one that is shown.
 */
async function readList(after) {
  const question = after === undefined ? (asked = {}) : shown
  try {
    const page = await readPage(after)
    if (question !== asked) return
    shown = question
    takePage(page, after !== undefined)
    showList()
  } catch (error) {
    if (question !== asked) return
    asked = shown
    throw error
  }
}

/** New orders come by themselves, except while somebody reads further down or is at a row. */
async function readAgain() {
  if (!isSignedIn() || !state.person || !may('GET /api/orders') || document.hidden || isReadingOn()) return
  try {
    await readList()
    if (state.isStale) tell('')
    state.isStale = false
  } catch (error) {
    stale(error)
  }
}

/** Nobody takes an old list for the present one; said once, and not again each time. */
function stale(error) {
  if (!isSignedIn()) return failed(error)
  if (!state.isStale) tell(t('listStale', { time: instant(state.readAt) }), true)
  state.isStale = true
}

const isReadingOn = () => state.orders.length > 50 || main.querySelector('#rows')?.contains(document.activeElement)

/** The server's table of permissions says what is offered. */
const may = (route) => state.person.may.includes(route)

function nodeWords(node) {
  if (!node) return t('allNodes')
  return CONCERNS.includes(node) ? t(`concerns.${node}`) : t(`nodes.${node}`)
}

function listSheet() {
  const search = element('input', { type: 'search', value: state.text, autocomplete: 'off', onchange: guarded((event) => readWith({ text: event.target.value.trim() })) })
  const nodes = ['', ...CONCERNS, ...NODES].map((node) => element('option', { value: node, selected: node === state.node }, nodeWords(node)))
  const select = element('select', { onchange: guarded((event) => readWith({ node: event.target.value })) }, ...nodes)
  const buttons = element(
    'div',
    { class: 'row' },
    element('button', { type: 'button', onclick: guarded(() => readList()) }, t('refresh')),
    may('POST /api/orders') && element('button', { type: 'button', class: 'main', onclick: fileNew }, t('newOrder')),
    may('GET /api/set-aside') && element('button', { type: 'button', id: 'review', onclick: toReview }, reviewWords()),
    may('GET /api/devices') && element('button', { type: 'button', id: 'devices', onclick: guarded(async () => open({ devices: await readDevices() })) }, t('devices')),
    may('GET /api/audit') && element('button', { type: 'button', id: 'audit', onclick: guarded(async () => open({ audit: await readAudit() })) }, t('audit')),
  )
  return element(
    'section',
    { class: 'sheet', 'aria-labelledby': 'list-title', id: 'list' },
    element('h2', { id: 'list-title' }, t('orders')),
    element('div', { class: 'row' }, field('search', search), field('state', select)),
    buttons,
    element('div', { id: 'rows' }, ...rows()),
  )
}

const reviewWords = () => (state.toReview > 0 ? t('reviewCount', { count: state.toReview }) : t('review'))

function fileNew() {
  fileLost(undefined)
  open({ filing: true })
}

function rows() {
  const others = state.orders.filter((order) => !state.pressing.some((one) => one.id === order.id))
  return [
    ...(state.pressing.length === 0 ? [] : [element('h3', {}, t('pressing', { count: `${state.pressing.length}${state.isMorePressing ? '+' : ''}` })), listOf(state.pressing), others.length > 0 && element('h3', {}, t('others'))]),
    state.orders.length === 0 ? element('p', { class: 'quiet' }, t('noOrders')) : listOf(others),
    state.next ? element('button', { type: 'button', onclick: guarded(() => readList(state.next)) }, t('more')) : '',
  ].filter(Boolean)
}

const listOf = (orders) => element('ul', { class: 'orders' }, ...orders.map(listRow))

function showList() {
  main.querySelector('#rows')?.replaceChildren(...rows())
  const review = main.querySelector('#review')
  if (review) review.textContent = reviewWords()
}

const readWith = (narrowed) => {
  Object.assign(state, narrowed)
  return readList()
}

/** Only what is still to be done has a limit. */
const isLate = (order) => order.due_at != null && order.due_at < Date.now()

function listRow(order) {
  const marks = [order.needs_attention && t('contradictions'), order.undecided && t('undecided'), isLate(order) && t('late')].filter(Boolean)
  const choose = guarded(async () => open({ order: await get(`/api/orders/${order.id}`) }))
  return element(
    'li',
    {},
    element(
      'button',
      { type: 'button', onclick: choose, 'aria-pressed': String(state.order?.id === order.id), 'data-order': order.id },
      element('span', { class: 'line' }, element('strong', {}, order.number), element('span', {}, urgencyMark(order), t(`nodes.${order.node}`))),
      element('span', { class: 'line' }, element('span', {}, order.location_label ?? order.location), element('span', {}, ...marks.map((mark) => element('span', { class: 'badge' }, mark)))),
      element('span', { class: 'line quiet' }, element('span', { class: 'words' }, order.description)),
      element('span', { class: 'line quiet' }, element('span', {}, timeWords('reportedAt', order.reported_at)), order.due_at != null && element('span', { class: isLate(order) ? 'late' : '' }, timeWords('dueAt', order.due_at))),
    ),
  )
}

const timeWords = (key, at) => `${t(key)} ${instant(at)}`

const URGENCY_MARKS = { critical: 'badge before', urgent: 'badge before mild' }

/** What is urgent is seen before it is read. */
function urgencyMark(order) {
  const words = t(`urgencies.${order.urgency}`)
  const mark = URGENCY_MARKS[order.urgency]
  return mark ? element('span', {}, element('span', { class: mark }, words), ' ') : `${words} · `
}

/** Where the list stood when something was opened. */
let placeInList = 0

function open(shown) {
  if (!isOpen()) placeInList = scrollY
  Object.assign(state, { order: undefined, filing: false, review: undefined, devices: undefined, audit: undefined }, shown)
  history.pushState(null, '', state.order ? `#${state.order.id}` : location.pathname)
  show()
  goOnThere()
}

/** The page was drawn anew: who uses a keyboard or a reader goes on at what was opened. */
function goOnThere() {
  const there = (state.filing && main.querySelector('[name=location]')) || main.lastElementChild
  if (there === main.lastElementChild) there.setAttribute('tabindex', '0')
  there.focus({ preventScroll: true })
  if (!isBesideTheList()) scrollTo(0, isOpen() ? 0 : placeInList)
}

/** Beside the list what was opened is in sight as it is; in its place it begins at its beginning. */
const isBesideTheList = () => matchMedia('(min-width: 64rem)').matches

/** The browser's own way back leads from an order to the list. */
const followAddress = guarded(async () => {
  if (!isSignedIn() || !state.person) return
  const linked = location.hash.slice(1)
  Object.assign(state, { order: linked ? await get(`/api/orders/${linked}`) : undefined, filing: false, review: undefined, audit: undefined, devices: may('GET /api/orders') ? undefined : await readDevices() })
  show()
})

const readFlagged = (after) => get('/api/flagged-confirmations', said({ with_seen: state.withLeft || '', after }))

const readAudit = (after) => get('/api/audit', said({ after }))

async function showMoreAudit() {
  const page = await readAudit(state.audit.next)
  state.audit = { ...page, lines: [...state.audit.lines, ...page.lines] }
  show()
}

async function readReview(after) {
  const [page, flagged] = await Promise.all([get('/api/set-aside', said({ with_left: state.withLeft || '', after })), readFlagged()])
  return { ...page, flagged }
}

async function showMoreFlagged() {
  const page = await readFlagged(state.review.flagged.next)
  state.review.flagged = { ...page, items: [...state.review.flagged.items, ...page.items] }
  show()
}

const toReview = guarded(async () => open({ review: await readReview() }))

/** Reads what waits for review anew, or further, and shows it. */
async function showReview(after) {
  const page = await readReview(after)
  state.review = after ? { ...page, items: [...state.review.items, ...page.items] } : page
  // The button beside it says how much waits: as much as is written here.
  state.toReview = page.open + page.flagged.open
  show()
}

function reviewing() {
  const toOrder = guarded(async (order) => open({ order: await get(`/api/orders/${order}`) }))
  const changed = () => doneThenRead(t('done'), showReview)
  const flagged = flaggedSheet(state.review.flagged, { more: guarded(showMoreFlagged), open: toOrder, changed, failed })
  const setAside = reviewSheet(state.review, {
    teams: state.teams,
    more: guarded(() => showReview(state.review.next)),
    open: toOrder,
    fileAgain: (order) => {
      fileLost(order)
      open({ filing: true })
    },
    changed,
    failed,
    withLeft: state.withLeft,
    showLeft: guarded(async (wanted) => {
      state.withLeft = wanted
      await showReview()
    }),
  })
  return element('div', { class: 'sheets' }, setAside, flagged)
}

const readDevices = async () => (await get('/api/devices')).devices

function devicesOpened() {
  const changed = (device) =>
    doneThenRead(t('deviceStopped', { name: device.name }), async () => {
      state.devices = await readDevices()
      show()
    })
  return devicesSheet(state.devices, { mayStop: may('POST /api/devices/{id}/revoke'), changed, failed })
}

/** What was done is done, and is said so, also where what is shown cannot be read again. */
async function doneThenRead(done, read) {
  try {
    await read()
    tell(done)
  } catch (error) {
    failed(error)
    if (isSignedIn()) tell(`${done}${t('openAgain')}`)
  }
}

/** `action` was done, and this is the order now: shown before the list is read, which may fail by itself. */
async function saved(order, action) {
  Object.assign(state, { order, filing: false })
  history.replaceState(null, '', `#${order.id}`)
  show()
  goOnThere()
  const done = t('doneWith', { action: t(action), number: order.number })
  tell(done)
  await readList().catch((error) => {
    failed(error)
    if (isSignedIn()) tell(`${done}${t('listAsBefore')}`)
  })
}

const isOpen = () => state.filing || [state.order, state.review, state.devices, state.audit].some((one) => one !== undefined)

function detailSheet() {
  if (state.filing) return filingSheet({ person: state.person, faults: state.faults, guarded, open: guarded(async (order) => open({ order: await get(`/api/orders/${order}`) })), saved: (order) => saved(order, 'newOrder') })
  if (state.review) return reviewing()
  if (state.audit) return auditSheet(state.audit, guarded(showMoreAudit))
  if (state.devices) return devicesOpened()
  if (state.order) return orderSheet(state.order, { teams: state.teams, changed: guardedSaved, failed, review: may('GET /api/set-aside') && toReview })
  return element('section', { class: 'sheet quiet hint' }, t(may('GET /api/orders') ? 'noOrder' : 'nothingHere'))
}

const guardedSaved = (order, action) => guarded(() => saved(order, `actions.${action}`))()

/** On a phone the list and what was opened take turns. */
function backToList() {
  return element('button', { type: 'button', class: 'back', onclick: () => open({}) }, t('backToList'))
}

function sheets() {
  return may('GET /api/orders') ? [listSheet(), isOpen() && backToList(), detailSheet()].filter(Boolean) : [detailSheet()]
}

function show() {
  translatePage()
  const signedIn = isSignedIn() && state.person
  document.getElementById('who').textContent = signedIn ? `${state.person.name} ${state.person.staff_no}` : ''
  document.getElementById('sign-out').hidden = !signedIn
  main.className = signedIn && may('GET /api/orders') ? (isOpen() ? 'two opened' : 'two') : ''
  main.replaceChildren(...(signedIn ? sheets() : [signInSheet()]))
  if (!signedIn) [...main.querySelectorAll('input')].find((one) => one.value === '')?.focus()
}

document.getElementById('language').addEventListener('click', () => {
  switchLanguage()
  tell('')
  show()
})
document.getElementById('sign-out').addEventListener('click', guarded(async () => {
  state.person = undefined
  lastPerson = undefined
  forgetAll()
  history.replaceState(null, '', location.pathname)
  await signOut().finally(show)
}))
addEventListener('popstate', followAddress)
// Who comes back to the page need not wait for the next time.
document.addEventListener('visibilitychange', readAgain)
setInterval(readAgain, READ_AGAIN)

show()
if (isSignedIn()) guarded(begin)()
