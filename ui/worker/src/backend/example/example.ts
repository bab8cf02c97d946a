import { Refused } from '../refused'
import type { Backend } from '../backend'
import type { Answer, Command, DeviceStatus, ListFilter, OrderView, Reply, SyncStatus } from '../types'
import { departments, faults, labour, parts, places, staff } from './reference'
import { EXAMPLE_NOW, ME, calmOrders, exampleOrders } from './orders'
import { performed } from './perform'
import { byRank, isIn, summaryOf } from './summary'

/** What the example is to show; by `?example=…`. */
type Scene = 'day' | 'calm' | 'empty' | 'not-enrolled' | 'logged-out' | 'damaged' | 'replaced' | 'revoked' | 'stale' | 'trouble' | 'silent' | 'failed' | 'slow' | 'offline' | 'new' | 'no-pin' | 'locked' | 'blocked' | 'store-gone'

const DAY = 24 * 3_600_000
const EXAMPLE_PIN = '2580'

/** An in-memory device with realistic orders, for looking at every state without a server. Development builds only. */
export function exampleBackend(scene: string): Backend {
  return new ExampleDevice(scene as Scene)
}

class ExampleDevice implements Backend {
  private orders: OrderView[]
  private status: DeviceStatus

  constructor(private readonly scene: Scene) {
    this.orders = ordersOf(scene)
    this.status = statusOf(scene)
  }

  async call(command: Command): Promise<Reply> {
    if (this.scene === 'silent') throw new TypeError('no answer')
    if (this.scene === 'slow' && command.do !== 'device_status') return new Promise(() => undefined)
    try {
      return { ok: this.answer(command) }
    } catch (thrown) {
      if (!(thrown instanceof Refused) || thrown.code === 'program_silent') throw thrown
      return { error: { code: thrown.code, message: thrown.code, details: thrown.details } }
    }
  }

  private answer(command: Command): Answer {
    switch (command.do) {
      case 'device_status':
        return this.status
      case 'enroll':
        if (command.code === 'WRONG') throw new Refused('code_invalid')
        return (this.status = statusOf('day'))
      case 'log_out':
        if (!command.confirmed && this.status.unsent > 0) throw new Refused('unsent_work')
        return (this.status = { ...this.status, logged_out: true })
      case 'set_pin':
        if (command.current !== undefined && command.current !== EXAMPLE_PIN) throw this.wrongPin()
        if (command.pin === '1234') throw new Refused('pin_unfit', { reason: 'simple' })
        return (this.status = { ...this.status, lock: 'open', pin_tries_left: 10 })
      case 'unlock':
        if (command.pin !== EXAMPLE_PIN) throw this.wrongPin()
        return (this.status = { ...this.status, lock: 'open', pin_tries_left: 10 })
      case 'lock_now':
        return (this.status = { ...this.status, lock: 'locked' })
      case 'acknowledge_lost_numbers':
        return (this.status = { ...this.status, lost_numbers: [], acknowledged_lost_numbers: [...command.numbers] })
      case 'touched':
        return this.status
      case 'sync_status':
        return this.counts()
      case 'sync_now':
        if (this.scene === 'offline') throw new Refused('server_unreachable')
        return { sent: 3, received: 5, set_aside: 0, bytes_up: 1_200, bytes_down: 5_000, round_trips: 1 }
      default:
        return this.found(command)
    }
  }

  private wrongPin(): Refused {
    const left = Math.max(0, (this.status.pin_tries_left ?? 10) - 1)
    this.status = { ...this.status, pin_tries_left: left, pin_wait_seconds: left < 6 ? 30 : 0 }
    return new Refused('pin_wrong', { tries_left: left, wait_seconds: this.status.pin_wait_seconds })
  }

  private found(command: Command): Answer {
    switch (command.do) {
      case 'search_parts':
        return { parts: parts.filter((one) => includes([one.name, one.part, one.brand], command.text)) }
      case 'search_labour':
        return { items: labour.filter((one) => includes([one.name, one.item], command.text)) }
      case 'search_locations':
        return { locations: places.filter((one) => includes([one.label, one.location], command.text)) }
      case 'search_departments':
        return { departments: departments.filter((one) => includes([one.name, one.department], command.text)) }
      case 'list_faults':
        return { faults: [...faults] }
      case 'look_up_staff':
        return staff.find((one) => one.staff_no === command.staff_no) ?? { staff_no: command.staff_no, name: null, department: null, department_name: null, standing: 'unknown' }
      default:
        return this.onOrders(command)
    }
  }

  private onOrders(command: Command): Answer {
    if (this.scene === 'failed') throw new Refused('store_failed')
    if (command.do === 'list_orders') return this.page(command.filter, command.after)
    const written = performed(command, this.orders)
    this.orders = [written, ...this.orders.filter((one) => one.id !== written.id)]
    return written
  }

  private page(filter: ListFilter, after: string | undefined) {
    const found = this.orders.filter((order) => isIn(filter, order)).map((order) => ({ order, summary: summaryOf(order) }))
    found.sort((one, other) => (filter === 'done' ? (other.summary.done_at ?? 0) - (one.summary.done_at ?? 0) : byRank(one.order, other.order)))
    const wanted = found.map((one) => one.summary)
    const size = 10
    const from = Number(after ?? 0)
    return { orders: wanted.slice(from, from + size), next: from + size < wanted.length ? String(from + size) : null }
  }

  private counts(): SyncStatus {
    const age = this.scene === 'stale' ? 6 * DAY : 0
    const isTroubled = this.scene === 'trouble' || this.scene === 'revoked'
    const never = this.scene === 'new'
    return {
      unsent: this.status.unsent,
      held: isTroubled ? 1 : 0,
      set_aside: isTroubled ? 1 : 0,
      last_contact: never ? null : EXAMPLE_NOW - age - 68 * 60_000,
      reference_as_of: never ? null : EXAMPLE_NOW - age - DAY,
    }
  }
}

function ordersOf(scene: Scene): OrderView[] {
  if (scene === 'empty' || scene === 'new') return []
  return scene === 'calm' ? calmOrders() : exampleOrders()
}

function statusOf(scene: Scene): DeviceStatus {
  const isLocked = scene === 'locked' || scene === 'blocked'
  const isNobodys = scene === 'not-enrolled' || scene === 'damaged' || scene === 'store-gone'
  return {
    enrolled: !isNobodys,
    logged_out: scene === 'logged-out',
    revoked: scene === 'revoked',
    person: isNobodys ? null : { staff_no: ME, name: '袁佳静', role: 'technician', team: 'T01', team_name: '本部给排水/水暖班', warehouse: 'K1' },
    server_url: isNobodys ? null : 'https://plantroom.hospital.example',
    key_kept_in: 'file',
    damaged_store_moved_to: scene === 'damaged' || scene === 'replaced' ? 'plantroom.db.damaged-1795226400000' : null,
    missing_store_unsent: scene === 'store-gone' ? 2 : null,
    lost_numbers: scene === 'trouble' ? [41, 42] : [],
    acknowledged_lost_numbers: scene === 'trouble' ? [17] : [],
    unsent: scene === 'empty' || scene === 'new' || isNobodys ? 0 : 3,
    lock: isLocked ? 'locked' : isNobodys || scene === 'logged-out' || scene === 'no-pin' ? 'none' : 'open',
    pin_tries_left: scene === 'blocked' ? 0 : isNobodys ? null : 7,
    pin_wait_seconds: 0,
  }
}

function includes(texts: readonly string[], wanted: string): boolean {
  return texts.some((text) => text.toUpperCase().includes(wanted.trim().toUpperCase()))
}
