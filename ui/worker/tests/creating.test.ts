import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ref } from 'vue'

import { Refused } from '../src/backend/refused'
import type { Command } from '../src/backend/types'

const ask = vi.hoisted(() => vi.fn())
const router = vi.hoisted(() => ({ currentRoute: { value: { path: '/create' } }, replace: vi.fn() }))
vi.mock('../src/backend/ask', () => ({ ask }))
vi.mock('vue-router', () => ({ useRouter: () => router, useRoute: () => router.currentRoute.value }))

const REPORT = { location: 'L00017', fault: 'F001', department: '001020', urgency: 'normal', description: '漏水' } as const
const CHANGED = { ...REPORT, description: '漏水，越来越大' }

/** A device that records as the real one does: the same again is the same order, something else with the same id is refused. */
class Device {
  readonly orders = new Map<string, string>()
  refuses = ''
  answer = (command: Command): Promise<unknown> => {
    if (command.do === 'create_order') {
      const { id, ...content } = command
      const first = this.orders.get(String(id))
      if (first !== undefined && first !== JSON.stringify(content)) return Promise.reject(new Refused('id_reused', { order: `order-${id}` }))
      this.orders.set(String(id), JSON.stringify(content))
      // The answer was cut off, and the order is there.
      if (this.refuses === 'create_order') return Promise.reject(new Refused('program_silent'))
      return Promise.resolve({ id: `order-${id}` })
    }
    return this.refuses === command.do ? Promise.reject(new Refused('disk_full')) : Promise.resolve({ id: 'order' in command ? command.order : '' })
  }
}

/** The form, opened with what its draft kept. */
async function opened() {
  const { useCreating } = await import('../src/order/useCreating')
  const description = ref('')
  const form = useCreating({ description })
  description.value ||= '漏水'
  return form
}

let device: Device

beforeEach(() => {
  const kept = new Map<string, string>()
  vi.stubGlobal('sessionStorage', { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => kept.set(key, value), removeItem: (key: string) => kept.delete(key) })
  device = new Device()
  ask.mockImplementation(device.answer)
  router.replace.mockReset()
  router.currentRoute.value = { path: '/create' }
})

describe('an order found on the spot', () => {
  it.each(['accept', 'arrive', 'create_order'])('is one order also when the form was left after %s had been refused', async (refused) => {
    device.refuses = refused
    await (await opened()).create(REPORT, true)
    device.refuses = ''
    await (await opened()).create(REPORT, true)
    expect([device.orders.size, router.replace.mock.calls.length]).toEqual([1, 1])
  })

  it('is pointed to when the form was changed after it had been recorded, and nothing is made', async () => {
    device.refuses = 'accept'
    await (await opened()).create(REPORT, false)
    const form = await opened()
    device.refuses = ''
    await form.create(CHANGED, false)
    const [recorded] = device.orders.keys()
    expect([device.orders.size, form.existing.value]).toEqual([1, `order-${recorded}`])
    await form.openExisting()
    expect(router.replace.mock.lastCall).toEqual([{ name: 'order', params: { order: `order-${recorded}` } }])
  })

  it('is a second one where somebody who was told submits again', async () => {
    device.refuses = 'accept'
    const form = await opened()
    await form.create(REPORT, false)
    device.refuses = ''
    await form.create(CHANGED, false)
    await form.create(CHANGED, false)
    expect([device.orders.size, form.existing.value, router.replace.mock.calls.length]).toEqual([2, undefined, 1])
  })

  it('is a new one of the next form', async () => {
    await (await opened()).create(REPORT, false)
    await (await opened()).create(REPORT, false)
    expect(device.orders.size).toBe(2)
  })

  it('pulls nobody back who went elsewhere meanwhile', async () => {
    const form = await opened()
    const creating = form.create(REPORT, false)
    router.currentRoute.value = { path: '/orders' }
    await creating
    expect([device.orders.size, router.replace.mock.calls.length]).toEqual([1, 0])
  })
})
