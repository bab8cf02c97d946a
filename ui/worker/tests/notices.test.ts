import { describe, expect, it } from 'vitest'

import type { ContradictionKind, OrderView } from '../src/backend/types'
import { noticesOf } from '../src/order/notices'
import { event, order } from './order'

function check(change: Partial<OrderView>, expected: string[]): void {
  expect(noticesOf(order(change)).map((notice) => `${notice.kind}:${notice.weight}`)).toEqual(expected)
}

function contradiction(kind: ContradictionKind, settled = false) {
  return { kind, number: null, events: [], people: [], needs_ruling: true, settled }
}

describe('what a worker is told about two reports of one fault', () => {
  it('says into which order it was merged', () => {
    const merged = order({ node: 'merged', events: [event('merged', { number: 'GD20261121-0001' })] })
    expect(noticesOf(merged)).toEqual([{ from: 'situation', kind: 'merged', weight: 'wrong', name: 'GD20261121-0001' }])
  })

  it('says what else was reported of the fault until it is repaired', () => {
    const events = [event('absorbed', { number: 'GD20261121-0002', description: '水房也在漏' })]
    expect(noticesOf(order({ events }))).toEqual([{ from: 'situation', kind: 'absorbed', weight: 'mind', reason: '水房也在漏', count: 1 }])
    check({ events, completed_at: 1 }, [])
  })
})

describe('what a worker is told about an order', () => {
  it('says nothing about an ordinary one', () => check({}, []))

  it('says that it was cancelled, and why', () => {
    const cancelled = order({ node: 'cancelled', events: [event('cancelled', { reason: '科室自行处理' })] })
    expect(noticesOf(cancelled)).toEqual([{ from: 'situation', kind: 'cancelled', weight: 'wrong', reason: '科室自行处理' }])
  })

  it('asks for parts back only where some are out', () =>
    check({ node: 'cancelled', parts: [{ part: 'BJ000001', name: null, unit: null, quantity: 2, unit_price_fen: 250, charged: true }] }, ['cancelled_with_parts:wrong']))

  it('says that the task was withdrawn', () => check({ own_part: 'taken_away', withdrawn_from: ['025518'], assignee: '025519' }, ['taken_from_me:wrong']))

  it('says who has it when that was the last holder of the number', () => {
    const lastHolders = order({ assignee_name: '田芳佳', own_part: 'nothing', events: [event('accepted')], next_actions: ['accept'] })
    expect(noticesOf(lastHolders)).toEqual([{ from: 'situation', kind: 'assigned_to_somebody_else', weight: 'mind', name: '田芳佳' }])
  })

  it('says who has it now when one worked on it and somebody else has it', () =>
    check({ assignee: '025519', own_part: 'took_part', events: [event('arrived')] }, ['with_somebody_else:mind']))

  it('says whose order one would take over', () => check({ node: 'assigned', assignee: '025519', own_part: 'nothing', next_actions: ['accept'] }, ['assigned_to_somebody_else:mind']))

  it('does not tell a helper that somebody else has it', () => check({ assignee: '025519', own_part: 'helps', helpers: ['025518'], events: [event('arrived')] }, []))

  it('does not tell the next holder of a number what was taken from the last one', () => check({ own_part: 'nothing', withdrawn_from: ['025518'], assignee: '025519' }, []))

  it('says whose order one would take over where the last holder of the number helped', () =>
    check({ own_part: 'nothing', helpers: ['025518'], assignee: '025519', events: [event('arrived')], next_actions: ['accept'] }, ['assigned_to_somebody_else:mind']))

  it('counts set-aside and held steps', () =>
    check(
      {
        events: [
          event('arrived', {}, { verdict: { verdict: 'set_aside', reason: 'out_of_scope' } }),
          event('completed', {}, { held: 'predecessor_missing' }),
        ],
      },
      ['set_aside:wrong', 'held:mind'],
    ))

  it('asks nothing about steps that somebody has looked at and left', () =>
    check(
      {
        events: [
          event('arrived', {}, { verdict: { verdict: 'set_aside', reason: 'out_of_scope' }, left: '别人已处理' }),
          event('completed', {}, { held: 'order_full', left: '新工单里已登记' }),
        ],
      },
      ['left:calm'],
    ))

  it('puts what has to be done again first, and names each kind once', () =>
    check({ contradictions: [contradiction('wrong_clock'), contradiction('confirmation_rejected'), contradiction('wrong_clock')] }, [
      'confirmation_rejected:wrong',
      'wrong_clock:mind',
    ]))

  it('leaves settled contradictions out', () => check({ contradictions: [contradiction('both_worked', true)] }, []))

  it('says why the department refused while the repair goes on', () => {
    const refused = order({ refusals: 1, events: [event('confirmed', { accepted: false, reason: '故障还在' })] })
    expect(noticesOf(refused)).toEqual([{ from: 'situation', kind: 'refused', weight: 'wrong', reason: '故障还在' }])
  })

  it('forgets the refusal once completed again', () => check({ node: 'completed', refusals: 1 }, []))

  it('says that a long suspension waits for approval', () =>
    check({ node: 'suspended', suspension: { cause: 'parts', until: 1, note: null, since: 0, approval_pending: true } }, ['suspended:calm', 'approval_pending:calm']))
})
