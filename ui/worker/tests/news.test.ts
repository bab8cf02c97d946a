import { describe, expect, it } from 'vitest'

import type { Attention, OrderSummary } from '../src/backend/types'
import { changesToTell, mostPressingFirst, waitingIn } from '../src/lists/news'
import { markTold, toldOrders } from '../src/lists/told'
import { ME } from './order'

const NOW = Date.UTC(2026, 10, 21, 2, 20)
const HOUR = 3_600_000

function summary(change: Partial<OrderSummary>): OrderSummary {
  return {
    id: 'order',
    number: 'GD20261121-0042',
    node: 'team_accepted',
    urgency: 'normal',
    location: 'L00017',
    location_label: null,
    fault: 'F001',
    fault_name: null,
    department: '001020',
    department_name: null,
    description: '',
    team: 'T01',
    assignee: null,
    assignee_name: null,
    has_it: false,
    reported_at: NOW,
    due_at: null,
    done_at: null,
    confirmed_by: null,
    needs_attention: false,
    attention: null,
    upload: 'stored',
    undecided: false,
    ...change,
  }
}

describe('what the tab of the team counts', () => {
  it.each([
    [{}, false, { free: 1, critical: 0, more: false }],
    [{ urgency: 'critical' }, false, { free: 1, critical: 1, more: false }],
    [{}, true, { free: 1, critical: 0, more: true }],
  ] as const)('%j, more behind it %j: %j', (change, more, waiting) => expect(waitingIn([summary(change)], more)).toEqual(waiting))
})

function check(attention: Attention | null, done_at: number | null, told: boolean, isTold: boolean): void {
  const found = changesToTell([summary({ attention, done_at, assignee: ME })], new Set(told ? ['order'] : []), NOW)
  expect(found.length > 0).toBe(isTold)
}

describe('what is not the person’s any more', () => {
  it('is told when cancelled', () => check('cancelled', NOW - HOUR, false, true))
  it('is told when merged', () => check('merged', NOW - HOUR, false, true))
  it('is told once', () => check('cancelled', NOW - HOUR, true, false))
  it('is no news after a day', () => check('cancelled', NOW - 25 * HOUR, false, false))
  it('is told when it went to somebody else', () => check('taken_away', null, false, true))
  it('is told while parts have to be given back, however often', () => check('parts_to_return', NOW - 100 * HOUR, true, true))
  it('is nothing where nothing happened', () => check(null, NOW - HOUR, false, false))
})

describe('what was told', () => {
  it('is kept, and a storage that does not work harms nobody', () => {
    const kept = new Map<string, string>()
    const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value), removeItem: (key: string) => void kept.delete(key) }
    markTold('one', storage)
    markTold('two', storage)
    expect([...toldOrders(storage)]).toEqual(['two', 'one'])
    kept.set('told', '{')
    expect(toldOrders(storage).size).toBe(0)
  })
})

describe('what concerns the person', () => {
  it('begins with what has to be done', () => {
    const all = (['return_requested', 'taken_away', null, 'refused', 'confirmation_rejected'] as const).map((attention) => summary({ attention }))
    expect(mostPressingFirst(all).map((one) => one.attention)).toEqual(['confirmation_rejected', 'refused', null, 'taken_away', 'return_requested'])
  })
})
