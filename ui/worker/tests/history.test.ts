import { describe, expect, it } from 'vitest'

import type { EventView } from '../src/backend/types'
import { eventWords } from '../src/history/eventWords'
import { inTime } from '../src/history/inTime'
import { event, order } from './order'

function check(kind: string, body: unknown, names: Record<string, string>, words: string): void {
  expect(eventWords(event(kind, body, { names }), order())).toBe(words)
}

function at(kind: string, occurred_at: number, more: Partial<EventView> = {}): EventView {
  return event(kind, {}, { occurred_at, ...more })
}

function kinds(...events: EventView[]): string[] {
  return inTime(events).map((one) => one.kind)
}

describe('the history names', () => {
  it('a team', () => check('dispatched', { team: 'T01' }, { T01: '水暖班' }, '水暖班'))
  it('a person', () => check('assigned', { staff_no: '025518' }, { '025518': '袁佳静' }, '袁佳静'))
  it('both', () => check('reassigned', { team: 'T02', staff_no: '025519' }, { T02: '强电班', '025519': '田芳佳' }, '强电班 · 田芳佳'))
  it('a place', () => check('arrived', { location: 'L00108' }, { L00108: '外科楼 3层' }, '外科楼 3层'))
  it('a part that is not on the order any more', () => check('part_returned', { part: 'BJ000001', quantity: 2 }, { BJ000001: '角阀' }, '角阀 × 2'))
  it('its unit too', () => expect(eventWords(event('part_returned', { part: 'BJ000001', quantity: 2 }, { names: { BJ000001: '角阀' }, unit: '只' }), order())).toBe('角阀 × 2 只'))
  it('a part of the order with its unit', () => {
    const parts = [{ part: 'BJ000010', name: '密封圈', unit: '套', quantity: 2, unit_price_fen: 680, charged: true }]
    expect(eventWords(event('part_issued', { part: 'BJ000010', quantity: 2 }), order({ parts }))).toBe('密封圈 × 2 套')
  })
  it('what it knows no name of by its code', () => check('dispatched', { team: 'T09' }, {}, 'T09'))
  it('an arrival by hand', () => check('arrived', {}, {}, '手动'))
  it('who confirmed', () => check('confirmed', { accepted: true, name: '于梓然', staff_no: '020664' }, {}, '于梓然 020664 确认'))
  it('who refused, and why', () => check('confirmed', { accepted: false, name: '于梓然', staff_no: '020664', reason: '故障还在' }, {}, '于梓然 020664 没有认可 · 故障还在'))
})

describe('the history stands', () => {
  it('by when it happened, not by when it was uploaded', () => expect(kinds(at('cancelled', 30), at('accepted', 10), at('completed', 20))).toEqual(['accepted', 'completed', 'cancelled']))
  it('as it was applied within one instant', () => expect(kinds(at('reported', 10), at('numbered', 10), at('dispatched', 10))).toEqual(['reported', 'numbered', 'dispatched']))
  it('with what is held at the end, whatever time it claims', () => expect(kinds(at('arrived', 1, { effect: 'held', held: 'malformed' }), at('accepted', 10))).toEqual(['accepted', 'arrived']))
})
