import { describe, expect, it } from 'vitest'

import { eventWords } from '../src/history/eventWords'
import { event, order } from './order'

function check(kind: string, body: unknown, names: Record<string, string>, words: string): void {
  expect(eventWords(event(kind, body, { names }), order())).toBe(words)
}

describe('the history names', () => {
  it('a team', () => check('dispatched', { team: 'T01' }, { T01: '水暖班' }, '水暖班'))
  it('a person', () => check('assigned', { staff_no: '025518' }, { '025518': '袁佳静' }, '袁佳静'))
  it('both', () => check('reassigned', { team: 'T02', staff_no: '025519' }, { T02: '强电班', '025519': '田芳佳' }, '强电班 · 田芳佳'))
  it('a place', () => check('arrived', { location: 'L00108' }, { L00108: '外科楼 3层' }, '外科楼 3层'))
  it('a part that is not on the order any more', () => check('part_returned', { part: 'BJ000001', quantity: 2 }, { BJ000001: '角阀' }, '角阀 × 2'))
  it('what it knows no name of by its code', () => check('dispatched', { team: 'T09' }, {}, 'T09'))
  it('an arrival by hand', () => check('arrived', {}, {}, '手动'))
  it('who confirmed', () => check('confirmed', { accepted: true, name: '于梓然', staff_no: '020664' }, {}, '于梓然 020664 确认'))
  it('who refused, and why', () => check('confirmed', { accepted: false, name: '于梓然', staff_no: '020664', reason: '故障还在' }, {}, '于梓然 020664 没有认可 · 故障还在'))
})
