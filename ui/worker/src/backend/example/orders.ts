import type { EventView, OrderSummary, OrderView } from '../types'

export const ME = '025518'
const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** When the example plays: the pictures are the same on every day. */
export const EXAMPLE_NOW = Date.UTC(2026, 10, 21, 2, 20)

let sequence = 0

/** A number that looks like an id. */
export function exampleId(): string {
  sequence += 1
  return `01930000-0000-7000-8000-${String(sequence).padStart(12, '0')}`
}

/** An event as the device would show it. */
export function exampleEvent(kind: string, body: unknown, change: Partial<EventView> = {}): EventView {
  return {
    id: exampleId(),
    kind,
    recorder: ME,
    recorder_name: '袁佳静',
    role: 'technician',
    device: '01930000-0000-7000-8000-0000000000d1',
    recorded_at: EXAMPLE_NOW + sequence,
    occurred_at: EXAMPLE_NOW,
    time_uncertain: false,
    received_at: null,
    position: null,
    verdict: null,
    held: null,
    effect: 'in_effect',
    withdrawn: false,
    body,
    ...change,
  }
}

const FROM_CENTRE: Partial<EventView> = {
  recorder: '025600',
  recorder_name: '严丽',
  role: 'dispatcher',
  received_at: EXAMPLE_NOW - HOUR,
  occurred_at: EXAMPLE_NOW - HOUR,
  verdict: { verdict: 'admitted' },
}

const BLANK: OrderView = {
  id: '',
  number: 'GD20261121-0042',
  number_is_temporary: false,
  node: 'assigned',
  urgency: 'urgent',
  location: 'L00017',
  location_label: '本部院区 外科楼 5层 护士站',
  fault: 'F001',
  fault_name: '水龙头漏水',
  department: '001020',
  department_name: '普外科二病区',
  description: '治疗室水池龙头关不紧,一直滴水',
  caller: { name: '李护士长', number: '8-5021' },
  reported_at: EXAMPLE_NOW - HOUR,
  team: 'T01',
  team_name: '本部给排水/水暖班',
  assignee: ME,
  assignee_name: '袁佳静',
  took_over: false,
  helpers: [],
  withdrawn_from: [],
  skipped: [],
  due_at: EXAMPLE_NOW + 40 * MINUTE,
  arrived_at: null,
  completed_at: null,
  cause: null,
  remedy: null,
  suspension: null,
  return_request: null,
  events: [],
  parts: [],
  labour: [],
  cost_fen: 0,
  shown_fen: null,
  charge: 'not_yet',
  confirmation: null,
  witnesses: [],
  refusals: 0,
  contradictions: [],
  next_actions: ['accept', 'request_return'],
  upload: 'stored',
}

function built(change: Partial<OrderView>): OrderView {
  const id = exampleId()
  const begun = [exampleEvent('reported', { description: change.description ?? BLANK.description }, FROM_CENTRE), exampleEvent('dispatched', { team: 'T01' }, FROM_CENTRE)]
  return { ...BLANK, id, ...change, events: [...begun, ...(change.events ?? [])] }
}

/** What is allowed while working; example only, the device knows the real table. */
export const WORKING: OrderView['next_actions'] = ['complete', 'suspend', 'request_return', 'issue_part', 'return_part', 'add_labour', 'withdraw']

/** Orders in every state that a worker meets. */
export function exampleOrders(): OrderView[] {
  return [...openOrders(), ...troubledOrders(), ...doneOrders()]
}

function openOrders(): OrderView[] {
  const issued = exampleEvent('part_issued', { part: 'BJ000004', quantity: 1 })
  const labour = exampleEvent('labour_added', { item: 'S0002', quantity: 1 })
  return [
    built({}),
    built({
      number: '临-7K2QX',
      number_is_temporary: true,
      node: 'in_progress',
      urgency: 'normal',
      fault_name: '下水道堵塞',
      fault: 'F002',
      location: 'L00108',
      location_label: '本部院区 内科楼 11层 东侧公共卫生间(男)',
      description: '地漏返水',
      caller: null,
      due_at: EXAMPLE_NOW - 25 * MINUTE,
      arrived_at: EXAMPLE_NOW - 20 * MINUTE,
      events: [exampleEvent('accepted', { team: 'T01' }), exampleEvent('arrived', { location: 'L00108' }), issued, labour],
      parts: [{ part: 'BJ000004', name: '水龙头(感应)', unit: '只', quantity: 1, unit_price_fen: 3_500, charged: true }],
      labour: [{ event: labour.id, item: 'S0002', name: '水龙头漏水-更换', quantity: 1, unit_price_fen: 12_000, charged: true }],
      cost_fen: 15_500,
      next_actions: WORKING,
      upload: 'local',
    }),
    built({
      number: 'GD20261121-0031',
      node: 'suspended',
      urgency: 'planned',
      fault_name: '暖气不热',
      due_at: null,
      suspension: { cause: 'parts', until: EXAMPLE_NOW + 47 * HOUR, note: '阀门型号要订货', since: EXAMPLE_NOW - 3 * HOUR, approval_pending: true },
      next_actions: ['resume', 'complete', 'issue_part', 'return_part', 'add_labour', 'withdraw'],
    }),
    built({ number: 'GD20261121-0038', node: 'completed', cause: '密封件老化', remedy: '更换密封件,试水正常', completed_at: EXAMPLE_NOW - 10 * MINUTE, due_at: null, cost_fen: 12_680, parts: [{ part: 'BJ000010', name: '密封圈', unit: '套', quantity: 1, unit_price_fen: 680, charged: true }], next_actions: ['confirm', 'issue_part', 'return_part', 'add_labour', 'withdraw'], upload: 'local' }),
    built({ number: 'GD20261121-0040', node: 'team_accepted', urgency: 'critical', fault_name: '水管爆裂', fault: 'F005', assignee: null, assignee_name: null, location_label: '本部院区 外科楼 B2 空调机房', due_at: EXAMPLE_NOW + 3 * MINUTE, next_actions: ['accept'] }),
    built({
      number: 'GD20261121-0033',
      node: 'accepted',
      fault_name: '马桶堵塞',
      fault: 'F003',
      events: [exampleEvent('accepted', { team: 'T01' })],
      next_actions: ['arrive', 'complete', 'request_return', 'issue_part', 'return_part', 'add_labour', 'withdraw'],
      upload: 'local',
    }),
  ]
}

function troubledOrders(): OrderView[] {
  const cancelled = exampleEvent('cancelled', { reason: '科室自行处理好了' }, FROM_CENTRE)
  const contradiction = { number: 1, events: [], people: [], needs_ruling: true, settled: false }
  return [
    built({ number: 'GD20261121-0021', node: 'cancelled', due_at: null, events: [cancelled], next_actions: [] }),
    built({
      number: 'GD20261121-0022',
      node: 'confirmed',
      due_at: null,
      contradictions: [
        { ...contradiction, kind: 'worked_while_cancelled' },
        { ...contradiction, kind: 'wrong_clock' },
      ],
      confirmation: { event: exampleId(), staff_no: '020188', name: '欧阳晓燕', standing: 'verified', judged: true, at: EXAMPLE_NOW - HOUR },
      next_actions: ['return_part'],
    }),
    built({ number: 'GD20261121-0023', assignee: '025519', assignee_name: '田芳佳', withdrawn_from: [ME], next_actions: [], fault_name: '热水不足' }),
    built({
      number: 'GD20261121-0024',
      node: 'in_progress',
      fault_name: '水龙头漏水',
      events: [exampleEvent('arrived', {}, { received_at: EXAMPLE_NOW, verdict: { verdict: 'set_aside', reason: 'out_of_scope' }, effect: 'set_aside' })],
      next_actions: [],
      upload: 'set_aside',
    }),
    built({ number: 'GD20261121-0025', node: 'in_progress', fault_name: '马桶堵塞', events: [exampleEvent('part_issued', { part: 'BJ000010', quantity: 2 }, { held: 'predecessor_missing' })], next_actions: WORKING, upload: 'held' }),
    built({ number: 'GD20261121-0026', node: 'in_progress', refusals: 1, fault_name: '下水道堵塞', events: [exampleEvent('confirmed', { accepted: false, staff_no: '020188', name: '欧阳晓燕', reason: '故障还在' })], next_actions: WORKING }),
    built({ number: 'GD20261121-0027', node: 'completed', due_at: null, fault_name: '水龙头漏水', contradictions: [{ ...contradiction, number: null, kind: 'confirmation_rejected' }], next_actions: ['confirm'], upload: 'stored' }),
    built({ number: 'GD20261121-0028', node: 'accepted', return_request: { event: exampleId(), recorder: ME, reason: '派错班组,不是我们的工种' }, next_actions: ['arrive', 'complete'] }),
  ]
}

function doneOrders(): OrderView[] {
  return Array.from({ length: 12 }, (_, place) =>
    built({
      number: `GD20261120-00${10 + place}`,
      node: 'confirmed',
      due_at: null,
      cause: '接头松动',
      remedy: '紧固接头,不再渗漏',
      reported_at: EXAMPLE_NOW - (place + 20) * HOUR,
      confirmation: { event: exampleId(), staff_no: '020007', name: '潘勇', standing: 'verified', judged: true, at: EXAMPLE_NOW - (place + 18) * HOUR },
      next_actions: [],
    }),
  )
}

/** A row of a list from a whole order. */
export function summaryOf(order: OrderView): OrderSummary {
  const { id, number, node, urgency, location, location_label, fault, fault_name, department, department_name } = order
  const { description, team, assignee, reported_at, due_at, upload } = order
  const needs_attention = order.contradictions.some((one) => one.needs_ruling)
  const where = { location, location_label, department, department_name, team, assignee }
  return { ...where, id, number, node, urgency, fault, fault_name, description, reported_at, due_at, upload, needs_attention }
}
