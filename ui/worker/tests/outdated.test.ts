import { describe, expect, it } from 'vitest'

import { ask, outdated, useBackend } from '../src/backend/ask'
import type { FaultCodeName } from '../src/backend/types'

/** Whether a refusal with this code has screens read again. */
async function check(code: FaultCodeName, isBehind: boolean): Promise<void> {
  useBackend({ call: () => Promise.resolve({ error: { code, message: '', details: {} } }) })
  const before = outdated.value
  await expect(ask({ do: 'accept', order: 'order' })).rejects.toMatchObject({ code })
  expect(outdated.value > before).toBe(isBehind)
}

describe('a screen that offered what the order does not allow any more', () => {
  it('is read again', () => check('transition_not_allowed', true))
  it('is left as it is by any other refusal', () => check('disk_full', false))
})
