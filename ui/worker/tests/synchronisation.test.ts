import { beforeEach, describe, expect, it } from 'vitest'

import { useBackend } from '../src/backend/ask'
import type { Backend } from '../src/backend/backend'
import { exampleBackend } from '../src/backend/example/example'
import type { SyncStatus } from '../src/backend/types'
import { readDevice } from '../src/session/device'
import { lookAtStatus, synchronisation, synchroniseNow } from '../src/session/synchronisation'

const example = exampleBackend('day')

/** The questions for the counts that wait for an answer, in the order in which they were asked. */
let waiting: ((status: SyncStatus) => void)[]

const counts: Backend = {
  call: (command) => (command.do === 'sync_status' ? new Promise((answer) => waiting.push((ok) => answer({ ok }))) : example.call(command)),
}

function unsent(number: number): SyncStatus {
  return { unsent: number, held: 0, set_aside: 0, last_contact: 0, reference_as_of: 0 }
}

async function asked(number: number): Promise<void> {
  await expect.poll(() => waiting.length).toBe(number)
}

beforeEach(async () => {
  waiting = []
  useBackend(counts)
  await readDevice()
  synchronisation.status = unsent(18)
  synchronisation.report = undefined
})

describe('an exchange', () => {
  it('is not done on the screen before the counts beside it are those after it', async () => {
    const exchanged = synchroniseNow()
    await asked(1)
    expect([synchronisation.running, synchronisation.report]).toEqual([true, undefined])
    waiting[0]?.(unsent(0))
    await exchanged
    expect([synchronisation.running, synchronisation.report !== undefined, synchronisation.status?.unsent]).toEqual([false, true, 0])
  })
})

describe('the counts', () => {
  it('are those that were asked for last, whichever answer comes last', async () => {
    const earlier = lookAtStatus()
    const later = lookAtStatus()
    await asked(2)
    waiting[1]?.(unsent(0))
    waiting[0]?.(unsent(18))
    await Promise.all([earlier, later])
    expect(synchronisation.status?.unsent).toBe(0)
  })
})
