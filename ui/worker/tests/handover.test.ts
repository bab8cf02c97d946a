import { describe, expect, it } from 'vitest'

import type { Action, OrderView } from '../src/backend/types'
import { turnOf } from '../src/handover/turn'
import type { Turn } from '../src/handover/turn'

const CONFIRMATION: NonNullable<OrderView['confirmation']> = { event: 'event', staff_no: '020188', name: '贾伟超', standing: 'verified', judged: true, at: 0 }

function check(next_actions: Action[], standing: string | undefined, turn: Turn): void {
  const confirmation = standing === undefined ? null : ({ ...CONFIRMATION, standing } as OrderView['confirmation'])
  expect(turnOf({ next_actions, confirmation })).toBe(turn)
}

describe('the hand-over page, opened or loaded anew', () => {
  it('asks for a number while the department may confirm', () => check(['confirm'], undefined, 'department'))
  it('asks again after a confirmation that was not valid', () => check(['confirm'], 'rejected', 'department'))
  it('thanks once the department has confirmed', () => check(['return_part'], 'verified', 'over'))
  it('thanks for a number that is not checked yet', () => check([], 'unverified', 'over'))
  it('is not for an order that is not completed', () => check(['complete', 'suspend'], undefined, 'worker'))
  it('is not for a cancelled order whose confirmation was not valid', () => check([], 'rejected', 'worker'))
})
