import { beforeEach, describe, expect, it } from 'vitest'

import { useBackend } from '../src/backend/ask'
import { exampleBackend } from '../src/backend/example/example'
import { device, readDevice } from '../src/session/device'
import { useDamagedStore } from '../src/session/useDamagedStore'

let kept: Map<string, string>

const storage = {
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, value: string) => void kept.set(key, value),
  removeItem: (key: string) => void kept.delete(key),
}

beforeEach(async () => {
  kept = new Map()
  useBackend(exampleBackend('replaced'))
  await readDevice()
})

describe('a damaged data file', () => {
  it('is told of also while somebody is enrolled', () => {
    expect(device.status?.person).not.toBeNull()
    expect(useDamagedStore(storage).file.value).toBe('plantroom.db.damaged-1795226400000')
  })

  it('is told of until the person has read it, also after the next start', () => {
    const { file, acknowledge } = useDamagedStore(storage)
    acknowledge()
    expect([file.value, useDamagedStore(storage).file.value]).toEqual(['', ''])
  })

  it('is told of again when it is another one', () => {
    const { file, acknowledge } = useDamagedStore(storage)
    acknowledge()
    if (device.status) device.status.damaged_store_moved_to = 'plantroom.db.damaged-1795226500000'
    expect(file.value).toBe('plantroom.db.damaged-1795226500000')
  })
})
