import { describe, expect, it, vi } from 'vitest'

import { useBackend } from '../src/backend/ask'
import type { Command, PartFound, Reply } from '../src/backend/types'
import { isScan, quantityIn } from '../src/parts/quantity'
import { useScanning } from '../src/parts/useScanning'
import { order } from './order'

// Sound and vibration belong to a browser.
vi.mock('../src/scanning/signal', () => ({ signalLook: () => undefined, signalRecorded: () => undefined }))

const SEAL: PartFound = { part: 'BJ000008', name: '密封圈', brand: '', unit: '只', unit_price_fen: 180, supplier_barcode: null } as unknown as PartFound

/** Types `scan` and presses Enter on an order where no part has that code, and where searching finds `found`. */
async function checkUnknown(found: readonly PartFound[], outcome: object): Promise<void> {
  const answers = (command: Command): Reply =>
    command.do === 'search_parts' ? { ok: { parts: [...found] } } : { error: { code: 'part_unknown', message: '', details: {} } }
  useBackend({ call: (command) => Promise.resolve(answers(command)) })
  const scanning = useScanning(() => order(), () => undefined)
  await scanning.take({ scan: '密封圈', quantity: 1, direction: 'issue' })
  expect(scanning.outcome.value).toMatchObject(outcome)
}

describe('a name in the field for scans', () => {
  it('offers what is called so', () => checkUnknown([SEAL], { kind: 'named', candidates: [SEAL], request: { scan: '密封圈' } }))
  it('is no code where nothing is called so', () => checkUnknown([], { kind: 'unknown' }))
})

describe('a scan that is repeated', () => {
  it('says which part it was, also when a barcode was scanned', async () => {
    useBackend({ call: () => Promise.resolve({ error: { code: 'repeated_scan', message: '', details: { part: 'BJ000008', net: 1 } } }) })
    const scanning = useScanning(() => order(), () => undefined)
    await scanning.take({ scan: '6904965695674', quantity: 3, direction: 'return' })
    expect(scanning.outcome.value).toEqual({ kind: 'repeated', part: 'BJ000008', request: { scan: '6904965695674', quantity: 3, direction: 'return' } })
  })
})

describe('a quantity that is typed', () => {
  it.each([
    ['1', 1],
    [' 12 ', 12],
    ['３', 3],
    ['9999', 9_999],
    ['', undefined],
    ['0', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['10000', undefined],
    ['1e3', undefined],
    ['三', undefined],
  ])('%j is %j', (typed, quantity) => expect(quantityIn(typed)).toBe(quantity))

  it('is told from a scan by its length', () => {
    expect(isScan('9999')).toBe(false)
    expect(isScan('6904965695674')).toBe(true)
  })
})
