import { Refused } from '../refused'
import type { Action, Command, EventView, OrderView } from '../types'
import { parts, labour, staff } from './reference'
import { ME, WORKING, asShown, exampleEvent, exampleId, exampleOrders } from './orders'

/** Enough of what a device does to click through the screens. The real rules live in the device, and only there. */
export function performed(command: Command, orders: readonly OrderView[]): OrderView {
  if (command.do === 'create_order') return created(command)
  const order = orders.find((one) => 'order' in command && one.id === command.order)
  if (!order) throw new Refused('order_unknown')
  return asShown({ ...order, ...changeOf(command, order) })
}

function created(command: Extract<Command, { do: 'create_order' }>): OrderView {
  const [first] = exampleOrders()
  if (!first) throw new Refused('internal')
  const { location, fault, department, urgency, description } = command
  return { ...first, id: exampleId(), number: '临-3F8TN', number_is_temporary: true, node: 'reported', location, fault, department, urgency, description, caller: command.caller ?? null, upload: 'local', next_actions: ['accept'], events: [] }
}

const ARRIVABLE: Action[] = ['arrive', 'complete', 'request_return', 'issue_part', 'return_part', 'add_labour', 'withdraw']
const CONFIRMABLE: Action[] = ['confirm', 'issue_part', 'return_part', 'add_labour', 'withdraw']

function changeOf(command: Command, order: OrderView): Partial<OrderView> {
  const written = (kind: string, body: unknown): Partial<OrderView> => ({ upload: 'local', events: [...order.events, exampleEvent(kind, body)] })
  switch (command.do) {
    case 'accept':
      return { ...written('accepted', {}), node: 'accepted', assignee: ME, assignee_name: '袁佳静', next_actions: ARRIVABLE }
    case 'arrive':
      return { ...written('arrived', { location: command.location }), node: 'in_progress', next_actions: WORKING }
    case 'resume':
      return { ...written('resumed', {}), node: 'in_progress', suspension: null, next_actions: WORKING }
    case 'suspend':
      return { ...written('suspended', command), node: 'suspended', suspension: { cause: command.cause, until: command.until ?? null, note: command.note ?? null, since: 0, approval_pending: false }, next_actions: ['resume', 'complete'] }
    case 'request_return':
      return { ...written('return_requested', command), return_request: { event: '', recorder: ME, reason: command.reason } }
    case 'complete':
      return { ...written('completed', command), node: 'completed', cause: command.cause, remedy: command.remedy, next_actions: CONFIRMABLE }
    case 'confirm':
      return confirmed(command, written('confirmed', command))
    default:
      return linesAfter(command, order, written)
  }
}

function confirmed(command: Extract<Command, { do: 'confirm' }>, written: Partial<OrderView>): Partial<OrderView> {
  if (!command.accepted) return { ...written, node: 'in_progress', refusals: 1, next_actions: WORKING }
  const name = staff.find((one) => one.staff_no === command.staff_no)?.name ?? null
  const standing = command.unverified ? 'unverified' : 'verified'
  return { ...written, node: 'confirmed', confirmation: { event: '', staff_no: command.staff_no, name, standing, judged: false, at: Date.now() }, next_actions: ['return_part'] }
}

type Writer = (kind: string, body: unknown) => Partial<OrderView>

function linesAfter(command: Command, order: OrderView, written: Writer): Partial<OrderView> {
  if (command.do === 'issue_part' || command.do === 'return_part') return moved(command, order, written)
  if (command.do === 'add_labour') return charged(command, order, written)
  if (command.do === 'withdraw') return withdrawn(command.event, order)
  return {}
}

let lastScan = ''

function moved(command: Extract<Command, { do: 'issue_part' | 'return_part' }>, order: OrderView, written: Writer): Partial<OrderView> {
  const found = parts.filter((one) => one.part === command.scan || one.supplier_barcode === command.scan)
  const [part] = found
  if (!part) throw new Refused('part_unknown')
  if (found.length > 1) throw new Refused('part_ambiguous', { candidates: found })
  if (lastScan === command.scan && !command.again) throw new Refused('repeated_scan', { part: part.part, net: order.parts.find((line) => line.part === part.part)?.quantity ?? 0 })
  lastScan = command.scan
  const step = command.do === 'issue_part' ? command.quantity : -command.quantity
  const before = order.parts.find((line) => line.part === part.part)
  const quantity = (before?.quantity ?? 0) + step
  if (quantity < 0) throw new Refused('more_than_issued')
  const line = { part: part.part, name: part.name, unit: part.unit, quantity, unit_price_fen: part.unit_price_fen, charged: true }
  const kind = command.do === 'issue_part' ? 'part_issued' : 'part_returned'
  return { ...written(kind, { part: part.part, quantity: command.quantity }), parts: [...order.parts.filter((one) => one.part !== part.part), line], cost_fen: order.cost_fen + step * part.unit_price_fen }
}

function charged(command: Extract<Command, { do: 'add_labour' }>, order: OrderView, written: Writer): Partial<OrderView> {
  const item = labour.find((one) => one.item === command.item)
  if (!item) throw new Refused('item_unknown')
  const change = written('labour_added', command)
  const event = change.events?.at(-1)?.id ?? ''
  const line = { event, item: item.item, name: item.name, quantity: command.quantity, unit_price_fen: item.unit_price_fen, charged: true }
  return { ...change, labour: [...order.labour, line], cost_fen: order.cost_fen + item.unit_price_fen * command.quantity }
}

function withdrawn(id: string, order: OrderView): Partial<OrderView> {
  lastScan = ''
  const events = order.events.map((event): EventView => (event.id === id ? { ...event, withdrawn: true } : event))
  const target = order.events.find((event) => event.id === id)
  const body = target?.body as { part?: string; quantity?: number } | undefined
  const lines = order.parts.map((line) => (line.part === body?.part ? { ...line, quantity: line.quantity - (body?.quantity ?? 0) } : line))
  return { events, parts: lines.filter((line) => line.quantity !== 0), labour: order.labour.filter((line) => line.event !== id), upload: 'local' }
}
