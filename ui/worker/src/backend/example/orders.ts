import type { EventView, OrderView, OwnPart } from '../types'

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
    left: null,
    effect: 'in_effect',
    withdrawn: false,
    withdrawable: false,
    names: {},
    unit: null,
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
  description: '治疗室水池龙头关不紧，一直滴水',
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
  own_part: 'has_it',
  upload: 'stored',
  undecided: false,
  held_not_shown: 0,
  undecided_not_shown: 0,
}

function built(change: Partial<OrderView>): OrderView {
  const id = exampleId()
  const begun = [exampleEvent('reported', { description: change.description ?? BLANK.description }, FROM_CENTRE), exampleEvent('dispatched', { team: 'T01' }, { ...FROM_CENTRE, names: { T01: '本部给排水/水暖班' } }), ...(change.assignee === null ? [] : [exampleEvent('assigned', { staff_no: change.assignee ?? ME }, { ...FROM_CENTRE, names: { [change.assignee ?? ME]: change.assignee_name ?? '袁佳静' } })])]
  return asShown({ ...BLANK, id, ...change, events: [...begun, ...(change.events ?? [])] })
}

/** With what the device adds for whoever asks; example only, the device knows the real rules. */
export function asShown(order: OrderView): OrderView {
  const shown = withReturns(order)
  return { ...shown, own_part: ownPart(shown), events: shown.events.map((event) => ({ ...event, withdrawable: isWithdrawable(event, shown) })) }
}

function ownPart(order: OrderView): OwnPart {
  if (order.assignee === ME) return 'has_it'
  return order.withdrawn_from.includes(ME) ? 'taken_away' : 'nothing'
}

function isWithdrawable(event: EventView, order: OrderView): boolean {
  const isLine = ['part_issued', 'part_returned', 'labour_added'].includes(event.kind)
  return isLine && event.recorder === ME && !event.withdrawn && event.effect === 'in_effect' && order.next_actions.includes('withdraw')
}

/** Only what was taken out can be brought back. */
function withReturns(order: OrderView): OrderView {
  const others = order.next_actions.filter((action) => action !== 'return_part')
  const isOut = order.parts.some((line) => line.quantity > 0)
  const mayReturn = order.next_actions.some((action) => action === 'issue_part' || action === 'return_part')
  return { ...order, next_actions: isOut && mayReturn ? [...others, 'return_part'] : others }
}

/** What is allowed while working; example only, the device knows the real table. */
export const WORKING: OrderView['next_actions'] = ['complete', 'suspend', 'request_return', 'issue_part', 'return_part', 'add_labour', 'withdraw']

/** Orders in every state that a worker meets. */
export function exampleOrders(): OrderView[] {
  return [...ownOrders(), ...waitingOrders(), ...teamOrders(), ...troubledOrders(), ...doneOrders()]
}

/** A day with nothing wrong but one confirmation. */
export function calmOrders(): OrderView[] {
  const rejected = troubledOrders().filter((order) => order.number === 'GD20261121-0027')
  return [...rejected, ...ownOrders(), ...waitingOrders(), ...teamOrders(), ...doneOrders()]
}

function ownOrders(): OrderView[] {
  const issued = exampleEvent('part_issued', { part: 'BJ000004', quantity: 1 }, { names: { BJ000004: '水龙头(感应)' } })
  const labour = exampleEvent('labour_added', { item: 'S0003', quantity: 1 }, { names: { S0003: '下水道堵塞-检修' } })
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
      department: '001002',
      department_name: '心血管内科',
      description: '地漏返水，水已经漫到走廊，清洁工正在拖地',
      caller: null,
      due_at: EXAMPLE_NOW - 25 * MINUTE,
      arrived_at: EXAMPLE_NOW - 20 * MINUTE,
      events: [exampleEvent('accepted', { team: 'T01' }), exampleEvent('arrived', { location: 'L00108' }, { names: { L00108: '本部院区 内科楼 11层 东侧公共卫生间(男)' } }), issued, labour],
      parts: [{ part: 'BJ000004', name: '水龙头(感应)', unit: '只', quantity: 1, unit_price_fen: 3_500, charged: true }],
      labour: [{ event: labour.id, item: 'S0003', name: '下水道堵塞-检修', quantity: 1, unit_price_fen: 2_500, charged: true }],
      cost_fen: 6_000,
      next_actions: WORKING,
      upload: 'local',
    }),
  ]
}

/** Own ones that wait for something. */
function waitingOrders(): OrderView[] {
  return [
    built({
      number: 'GD20261121-0031',
      node: 'suspended',
      urgency: 'planned',
      fault_name: '暖气不热',
      fault: 'F004',
      location_label: '本部院区 门诊楼 2层 换药室',
      department_name: '门诊护理部',
      description: '整组暖气片都是凉的，上面一层正常',
      caller: { name: '陈护士', number: '8-2207' },
      due_at: null,
      suspension: { cause: 'parts', until: EXAMPLE_NOW + 47 * HOUR, note: '阀门型号要订货', since: EXAMPLE_NOW - 3 * HOUR, approval_pending: true },
      next_actions: ['resume', 'complete', 'issue_part', 'return_part', 'add_labour', 'withdraw'],
    }),
    built({
      number: 'GD20261121-0038',
      node: 'completed',
      fault_name: '淋浴喷头漏水',
      location_label: '本部院区 外科楼 9层 912 病房',
      description: '喷头关了还在滴，病人晚上睡不好',
      cause: '密封件老化',
      remedy: '更换密封件，试水正常',
      completed_at: EXAMPLE_NOW - 10 * MINUTE,
      due_at: null,
      cost_fen: 12_680,
      parts: [{ part: 'BJ000010', name: '密封圈', unit: '套', quantity: 1, unit_price_fen: 680, charged: true }],
      next_actions: ['confirm', 'issue_part', 'return_part', 'add_labour', 'withdraw'],
      upload: 'local',
    }),
    built({
      number: 'GD20261121-0033',
      node: 'accepted',
      fault_name: '马桶堵塞',
      fault: 'F003',
      urgency: 'normal',
      location_label: '本部院区 门诊楼 3层 卫生间(男)',
      department_name: '门诊护理部',
      description: '第二个隔间，保洁疏通过没有用',
      due_at: EXAMPLE_NOW + 75 * MINUTE,
      events: [exampleEvent('accepted', { team: 'T01' })],
      next_actions: ['arrive', 'complete', 'request_return', 'issue_part', 'return_part', 'add_labour', 'withdraw'],
      upload: 'local',
    }),
  ]
}

function teamOrders(): OrderView[] {
  return [
    built({ number: 'GD20261121-0040', node: 'team_accepted', urgency: 'critical', fault_name: '水管爆裂', fault: 'F005', assignee: null, assignee_name: null, location_label: '本部院区 外科楼 B2 空调机房', description: '主管接头喷水，已关总阀，三层以上停水', due_at: EXAMPLE_NOW + 3 * MINUTE, next_actions: ['accept'] }),
    built({ number: 'GD20261121-0041', node: 'assigned', urgency: 'normal', fault_name: '马桶堵塞', fault: 'F003', assignee: '025519', assignee_name: '田芳佳', location_label: '本部院区 急诊楼 1层 卫生间(女)', description: '冲不下去', due_at: EXAMPLE_NOW + 90 * MINUTE, next_actions: ['accept'] }),
    built({ number: 'GD20261121-0036', node: 'in_progress', urgency: 'normal', fault_name: '热水不足', fault: 'F006', assignee: '025520', assignee_name: '石建国', location_label: '本部院区 康复楼 4层 开水间', description: '早上开始水就不热', due_at: EXAMPLE_NOW + 5 * HOUR, next_actions: [] }),
  ]
}

function troubledOrders(): OrderView[] {
  const cancelled = (): EventView => exampleEvent('cancelled', { reason: '科室自行处理好了' }, { ...FROM_CENTRE, occurred_at: EXAMPLE_NOW - 35 * MINUTE })
  const contradiction = { number: 1, events: [], people: [], needs_ruling: true, settled: false }
  const valve = { part: 'BJ000001', name: '角阀 DN15', unit: '只', quantity: 2, unit_price_fen: 250, charged: true }
  return [
    built({ number: 'GD20261121-0021', node: 'cancelled', fault_name: '水压不足', location_label: '本部院区 行政楼 6层 茶水间', department_name: '院办', description: '早晨水很小', due_at: null, events: [cancelled()], next_actions: [] }),
    built({ number: 'GD20261121-0020', node: 'cancelled', fault_name: '角阀漏水', location_label: '本部院区 门诊楼 1层 采血室', department_name: '检验科', description: '台盆下角阀渗水', due_at: null, events: [exampleEvent('part_issued', { part: 'BJ000001', quantity: 2 }, { names: { BJ000001: '角阀 DN15' } }), cancelled()], parts: [valve], cost_fen: 500, next_actions: ['return_part'] }),
    built({ number: 'GD20261121-0019', node: 'merged', fault_name: '水龙头漏水', location_label: '本部院区 门诊楼 2层 换药室', department_name: '外科门诊', description: '台盆边上都是水', due_at: null, events: [exampleEvent('merged', { number: 'GD20261121-0026' }, { ...FROM_CENTRE, occurred_at: EXAMPLE_NOW - 20 * MINUTE })], next_actions: [] }),
    built({
      number: 'GD20261121-0022',
      node: 'confirmed',
      fault_name: '地漏堵塞',
      location_label: '本部院区 内科楼 7层 污物间',
      department_name: '呼吸与危重症医学科',
      description: '地漏不下水',
      due_at: null,
      contradictions: [
        { ...contradiction, kind: 'worked_while_cancelled' },
        { ...contradiction, kind: 'wrong_clock' },
      ],
      confirmation: { event: exampleId(), staff_no: '020188', name: '欧阳晓燕', standing: 'verified', judged: true, at: EXAMPLE_NOW - HOUR },
      next_actions: [],
    }),
    built({ number: 'GD20261121-0023', assignee: '025519', assignee_name: '田芳佳', withdrawn_from: [ME], next_actions: [], fault_name: '热水不足', fault: 'F006', location_label: '本部院区 外科楼 7层 开水间', description: '水温只有四十度' }),
    built({
      number: 'GD20261121-0024',
      node: 'in_progress',
      urgency: 'normal',
      fault_name: '洗衣机不进水',
      location_label: '二院区 后勤楼 1层 洗衣房',
      department_name: '后勤保障部',
      description: '三号机进水阀不动作',
      due_at: EXAMPLE_NOW + 6 * HOUR,
      events: [exampleEvent('arrived', {}, { received_at: EXAMPLE_NOW, verdict: { verdict: 'set_aside', reason: 'out_of_scope' }, effect: 'set_aside' })],
      next_actions: [],
      upload: 'set_aside',
      undecided: true,
    }),
    built({ number: 'GD20261121-0025', node: 'in_progress', urgency: 'normal', fault_name: '小便斗感应失灵', location_label: '本部院区 门诊楼 4层 卫生间(男)', description: '一直冲水停不下来', due_at: EXAMPLE_NOW + 4 * HOUR, events: [exampleEvent('part_issued', { part: 'BJ000010', quantity: 2 }, { held: 'predecessor_missing' })], next_actions: WORKING, upload: 'held', undecided: true }),
    built({ number: 'GD20261121-0026', node: 'in_progress', urgency: 'normal', refusals: 1, fault_name: '下水道堵塞', fault: 'F002', location_label: '本部院区 外科楼 5层 治疗室', description: '水池下水很慢', due_at: EXAMPLE_NOW + 2 * HOUR, events: [exampleEvent('absorbed', { number: 'GD20261121-0019', description: '换药室台盆边上都是水' }, FROM_CENTRE), exampleEvent('confirmed', { accepted: false, staff_no: '020188', name: '欧阳晓燕', reason: '故障还在' })], next_actions: WORKING }),
    built({ number: 'GD20261121-0027', node: 'completed', urgency: 'normal', due_at: null, fault_name: '洗手池下水慢', location_label: '本部院区 内科楼 3层 换药室', department_name: '消化内科一病区', description: '放满水要五分钟才下去', contradictions: [{ ...contradiction, number: null, kind: 'confirmation_rejected' }], next_actions: ['confirm'], upload: 'stored' }),
    built({ number: 'GD20261121-0028', node: 'accepted', urgency: 'normal', fault_name: '空调漏水', location_label: '本部院区 科研楼 2层 会议室', department_name: '科研处', description: '天花板滴水，下面是投影仪', due_at: EXAMPLE_NOW + 100 * MINUTE, return_request: { event: exampleId(), recorder: ME, reason: '派错班组，不是我们的工种' }, next_actions: ['arrive', 'complete'] }),
  ]
}

const DONE = [
  ['水龙头漏水', '本部院区 外科楼 5层 护士站', '潘勇'],
  ['暖气不热', '本部院区 内科楼 2层 医生办公室', '欧阳晓燕'],
  ['马桶堵塞', '本部院区 急诊楼 1层 卫生间(女)', '贾伟超'],
  ['水管冻裂', '本部院区 后勤楼 B1 泵房', '罗海霞'],
  ['淋浴喷头漏水', '本部院区 外科楼 9层 907 病房', '毛斌勇'],
  ['下水道堵塞', '本部院区 营养食堂 1层 洗碗间', '沈秀兰'],
] as const

function doneOrders(): OrderView[] {
  return Array.from({ length: 12 }, (_, place) => {
    const [fault_name, location_label, name] = DONE[place % DONE.length] ?? DONE[0]
    const at = EXAMPLE_NOW - (place * 5 + 2) * HOUR
    const confirmation = { event: exampleId(), staff_no: '020007', name, standing: 'verified', judged: true, at } as const
    return built({
      number: `GD20261120-00${10 + place}`,
      node: 'confirmed',
      fault_name,
      location_label,
      due_at: null,
      cause: '接头松动',
      remedy: '紧固接头，不再渗漏',
      reported_at: at - 3 * HOUR,
      events: [exampleEvent('confirmed', { accepted: true, staff_no: '020007', name }, { occurred_at: at, received_at: at })],
      confirmation,
      next_actions: [],
    })
  })
}
