import { describe, expect, it, vi } from 'vitest'
import { ref } from 'vue'

import type { Action, OrderView, StaffAnswer } from '../src/backend/types'
import { goBack, meaningOf } from '../src/handover/badgeKeys'
import type { KeyMeaning } from '../src/handover/badgeKeys'
import { Refused } from '../src/backend/refused'
import { turnOf } from '../src/handover/turn'
import type { Turn } from '../src/handover/turn'
import type { Stage } from '../src/handover/useHandOver'

const CONFIRMATION: NonNullable<OrderView['confirmation']> = { event: 'event', staff_no: '020188', name: '贾伟超', standing: 'verified', judged: true, at: 0 }

function checkTurn(next_actions: Action[], standing: string | undefined, turn: Turn): void {
  const confirmation = standing === undefined ? null : ({ ...CONFIRMATION, standing } as OrderView['confirmation'])
  expect(turnOf({ next_actions, confirmation })).toBe(turn)
}

describe('the hand-over page, opened or loaded anew', () => {
  it('asks for a number while the department may confirm', () => checkTurn(['confirm'], undefined, 'department'))
  it('asks again after a confirmation that was not valid', () => checkTurn(['confirm'], 'rejected', 'department'))
  it('thanks once the department has confirmed', () => checkTurn(['return_part'], 'verified', 'over'))
  it('thanks for a number that is not checked yet', () => checkTurn([], 'unverified', 'over'))
  it('is not for an order that is not completed', () => checkTurn(['complete', 'suspend'], undefined, 'worker'))
  it('is not for a cancelled order whose confirmation was not valid', () => checkTurn([], 'rejected', 'worker'))
})

function checkKey(key: string, before: 'character' | 'other', focus: 'button' | 'page', meaning: KeyMeaning): void {
  expect(meaningOf(key, before === 'character', focus === 'button')).toBe(meaning)
}

describe('a key while a number is asked for', () => {
  it('is typed', () => checkKey('5', 'other', 'page', 'type'))
  it('is typed, also full-width', () => checkKey('５', 'other', 'page', 'type'))
  it('is typed, also with a button in focus', () => checkKey('w', 'other', 'button', 'type'))
  it('goes back', () => checkKey('Escape', 'other', 'button', 'back'))
  it('erases', () => checkKey('Backspace', 'character', 'page', 'erase'))
  it('ends a badge scan, also after a tap on a key', () => checkKey('Enter', 'character', 'button', 'look-up'))
  it('presses the button that was moved to', () => checkKey('Enter', 'other', 'button', 'nothing'))
  it('looks up where nothing has the focus', () => checkKey('Enter', 'other', 'page', 'look-up'))
  it('means nothing otherwise', () => checkKey('Shift', 'character', 'page', 'nothing'))
})

const ask = vi.hoisted(() => vi.fn())
vi.mock('../src/backend/ask', () => ({ ask }))
vi.mock('../src/session/draft', () => ({ useDraft: () => ({ forget: vi.fn() }) }))
vi.mock('../src/scanning/signal', () => ({ signalLook: vi.fn(), signalRecorded: vi.fn() }))

describe('a number whose name the device does not show, after too many look-ups', () => {
  it('can confirm nevertheless, for the hospital to check', async () => {
    const { useHandOver } = await import('../src/handover/useHandOver')
    const order = { id: 'order' } as OrderView
    const handOver = useHandOver(() => order, () => undefined)
    ask.mockRejectedValueOnce(new Refused('too_many_look_ups', {}))
    handOver.number.value = '020595'
    await handOver.lookUp()
    expect([handOver.stage.value, handOver.caution.value, handOver.refusal.value]).toEqual(['name', 'tooMany', undefined])
    ask.mockResolvedValueOnce(order)
    await handOver.confirm(true)
    expect(ask.mock.lastCall?.[0]).toMatchObject({ do: 'confirm', staff_no: '020595', accepted: true, unverified: true })
    expect(handOver.stage.value).toBe('done')
  })
})

function checkEscape(before: Stage, after: Stage | 'again'): void {
  const stage = ref(before)
  const startAgain = vi.fn()
  goBack({ stage, startAgain })
  expect(startAgain.mock.calls.length > 0 ? 'again' : stage.value).toBe(after)
}

describe('Escape', () => {
  it('leads from the reason to the name', () => checkEscape('reason', 'name'))
  it('leads from the name to the number', () => checkEscape('name', 'again'))
  it('forgets what was typed of a number', () => checkEscape('number', 'again'))
})

describe('somebody else who takes the phone', () => {
  it('does not find what the one before wrote', async () => {
    const { useHandOver } = await import('../src/handover/useHandOver')
    const handOver = useHandOver(() => undefined, () => undefined)
    handOver.reason.value = '故障还在'
    handOver.startAgain()
    expect(handOver.reason.value).toBe('')
  })
})

/** A device that answers a look-up only when told to. */
function slowDevice(): { asked: () => string[]; answer: (number: string, name: string) => Promise<void> } {
  const waiting = new Map<string, (answer: StaffAnswer) => void>()
  ask.mockReset()
  ask.mockImplementation(({ staff_no }: { staff_no: string }) => new Promise((answer) => waiting.set(staff_no, answer)))
  return {
    asked: () => ask.mock.calls.map(([command]) => (command as { staff_no: string }).staff_no),
    answer: async (staff_no, name) => {
      waiting.get(staff_no)?.({ staff_no, name, department: null, department_name: null, standing: 'valid' })
      // Whatever follows from the answer has happened by the next turn of the event loop.
      await new Promise((turn) => setTimeout(turn))
    },
  }
}

/** The page on a slow device. */
async function begin() {
  const { useHandOver } = await import('../src/handover/useHandOver')
  return { device: slowDevice(), handOver: useHandOver(() => undefined, () => undefined) }
}

describe('a number typed while an earlier one is looked up', () => {
  it('is looked up when the earlier answer has come, and its name is shown', async () => {
    const { device, handOver } = await begin()
    for (const key of '020187') handOver.type(key)
    handOver.erase()
    handOver.type('8')
    expect(device.asked()).toEqual(['020187'])
    await device.answer('020187', '别人')
    expect([handOver.stage.value, handOver.staff.value, device.asked()]).toEqual(['number', undefined, ['020187', '020188']])
    await device.answer('020188', '贾伟超')
    expect([handOver.stage.value, handOver.staff.value?.name]).toEqual(['name', '贾伟超'])
  })

  it('is not looked up when it was changed again before its turn came', async () => {
    const { device, handOver } = await begin()
    for (const key of '020187') handOver.type(key)
    handOver.erase()
    handOver.type('8')
    handOver.erase()
    await device.answer('020187', '别人')
    expect([handOver.stage.value, device.asked()]).toEqual(['number', ['020187']])
  })

  it('is not looked up twice when it is the same after all', async () => {
    const { device, handOver } = await begin()
    for (const key of '020188') handOver.type(key)
    handOver.erase()
    handOver.type('8')
    await device.answer('020188', '贾伟超')
    expect([handOver.stage.value, device.asked()]).toEqual(['name', ['020188']])
  })

  it('says nothing of a look-up that failed for another number', async () => {
    const { device, handOver } = await begin()
    ask.mockImplementationOnce(() => Promise.reject(new Refused('too_many_look_ups', {})))
    for (const key of '020187') handOver.type(key)
    handOver.erase()
    handOver.type('8')
    await vi.waitFor(() => expect(device.asked()).toEqual(['020187', '020188']))
    await device.answer('020188', '贾伟超')
    expect([handOver.stage.value, handOver.staff.value?.name, handOver.refusal.value, handOver.caution.value]).toEqual(['name', '贾伟超', undefined, 'none'])
  })
})
