import type { EventView, OrderView } from '../src/backend/types'

export const ME = '025518'

/** An order in progress with nothing unusual; a test changes what it is about. */
export function order(change: Partial<OrderView> = {}): OrderView {
  return {
    id: 'order',
    number: 'GD20261121-0042',
    number_is_temporary: false,
    node: 'in_progress',
    urgency: 'normal',
    location: 'L00017',
    location_label: '外科楼 5层 护士站',
    fault: 'F001',
    fault_name: '水龙头漏水',
    department: '001020',
    department_name: '普外科二病区',
    description: '',
    caller: null,
    reported_at: 0,
    team: 'T01',
    team_name: '水暖班',
    assignee: ME,
    assignee_name: '袁佳静',
    took_over: false,
    helpers: [],
    withdrawn_from: [],
    skipped: [],
    due_at: null,
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
    next_actions: [],
    upload: 'stored',
    undecided: false,
    held_not_shown: 0,
    undecided_not_shown: 0,
    ...change,
  }
}

/** An own event that has effect. */
export function event(kind: string, body: unknown = {}, change: Partial<EventView> = {}): EventView {
  return {
    id: `event-${kind}`,
    kind,
    recorder: ME,
    recorder_name: null,
    role: 'technician',
    device: 'device',
    recorded_at: 0,
    occurred_at: 0,
    time_uncertain: false,
    received_at: null,
    position: null,
    verdict: null,
    held: null,
    left: null,
    effect: 'in_effect',
    withdrawn: false,
    names: {},
    body,
    ...change,
  }
}
