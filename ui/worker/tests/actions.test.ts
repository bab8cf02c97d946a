import { describe, expect, it } from 'vitest'

import type { Action } from '../src/backend/types'
import { concernsParts, mainAction, otherActions } from '../src/order/actions'
import { movementRecorded, movementsOf } from '../src/parts/partMovements'
import { withdrawableEvents } from '../src/order/withdrawable'
import { event, order } from './order'

function check(allowed: Action[], main: string | undefined, others: string[]): void {
  expect(mainAction(allowed)).toBe(main)
  expect(otherActions(allowed)).toEqual(others)
}

describe('the one main action', () => {
  it('is to accept before anything', () => check(['accept', 'request_return'], 'accept', ['request_return']))
  it('is to arrive once accepted', () => check(['arrive', 'complete', 'request_return', 'issue_part'], 'arrive', ['complete', 'request_return']))
  it('is to complete while working', () => check(['suspend', 'complete', 'withdraw'], 'complete', ['suspend']))
  it('is to resume while suspended', () => check(['complete', 'resume'], 'resume', ['complete']))
  it('is to hand over once completed', () => check(['confirm', 'issue_part'], 'confirm', []))
  it('is nothing where only the centre decides', () => check(['dispatch', 'reassign', 'cancel'], undefined, []))
})

const VALVE = { part: 'BJ000001', name: '角阀 DN15', unit: '个', quantity: 0, unit_price_fen: 250, charged: true }

describe('the part of the screen for parts', () => {
  it('is there where parts may be used', () => expect(concernsParts({ next_actions: ['issue_part', 'return_part'], parts: [] })).toBe(true))
  it('is not there where nothing is left to give back', () => expect(concernsParts({ next_actions: ['return_part'], parts: [] })).toBe(false))
  it('stays where parts were used', () => expect(concernsParts({ next_actions: [], parts: [VALVE] })).toBe(true))
})

describe('undo', () => {
  const events = [
    event('part_issued', { part: 'BJ000001', quantity: 1 }, { id: 'own', withdrawable: true }),
    event('part_issued', { part: 'BJ000001', quantity: 1 }, { id: 'other', recorder: '025519' }),
    event('part_issued', { part: 'BJ000001', quantity: 1 }, { id: 'undone', withdrawn: true }),
    event('labour_added', {}, { id: 'set-aside', effect: 'set_aside' }),
    event('arrived', {}, { id: 'not-a-line' }),
  ]

  it('is offered where the device says that it may be, and nowhere else', () => {
    expect([...withdrawableEvents(order({ events }))]).toEqual(['own'])
  })

  it('is of what was not there before, also where the clock was set back in between', () => {
    const before = event('part_issued', { part: 'BJ000002', quantity: 1 }, { id: 'before', withdrawable: true, recorded_at: 9_000 })
    const scanned = event('part_issued', { part: 'BJ000001', quantity: 1 }, { id: 'scanned', withdrawable: true, recorded_at: 1_000 })
    const one = order({ events: [before] })
    const both = order({ events: [before, scanned] })
    expect(movementRecorded(one, both)?.id).toBe('scanned')
    expect(movementRecorded(both, both)).toBeUndefined()
  })

  it('does not list movements that were undone', () => {
    expect(movementsOf(order({ events })).map((movement) => movement.id)).toEqual(['own', 'other'])
  })
})
