import { describe, expect, it } from 'vitest'

import type { Action } from '../src/backend/types'
import { concernsParts, mainAction, otherActions } from '../src/order/actions'
import { movementRecorded, movementsOf } from '../src/parts/partMovements'
import { withdrawableEvents } from '../src/order/withdrawable'
import { device } from '../src/session/device'
import { ME, event, order } from './order'

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
    event('part_issued', { part: 'BJ000001', quantity: 1 }, { id: 'own' }),
    event('part_issued', { part: 'BJ000001', quantity: 1 }, { id: 'other', recorder: '025519' }),
    event('part_issued', { part: 'BJ000001', quantity: 1 }, { id: 'undone', withdrawn: true }),
    event('labour_added', {}, { id: 'set-aside', effect: 'set_aside' }),
    event('arrived', {}, { id: 'not-a-line' }),
  ]

  it('is offered for own lines that stand', () => {
    expect([...withdrawableEvents(order({ events, next_actions: ['withdraw'] }), ME)]).toEqual(['own'])
  })

  it('is not offered where the workflow does not allow it', () => {
    expect(withdrawableEvents(order({ events }), ME).size).toBe(0)
  })

  it('is of what was not there before, also where the clock was set back in between', () => {
    device.status = { person: { staff_no: ME } } as typeof device.status
    const next_actions: Action[] = ['withdraw']
    const before = event('part_issued', { part: 'BJ000002', quantity: 1 }, { id: 'before', recorded_at: 9_000 })
    const scanned = event('part_issued', { part: 'BJ000001', quantity: 1 }, { id: 'scanned', recorded_at: 1_000 })
    const one = order({ events: [before], next_actions })
    const both = order({ events: [before, scanned], next_actions })
    expect(movementRecorded(one, both)?.id).toBe('scanned')
    expect(movementRecorded(both, both)).toBeUndefined()
  })

  it('does not list movements that were undone', () => {
    expect(movementsOf(order({ events })).map((movement) => movement.id)).toEqual(['own', 'other'])
  })
})
