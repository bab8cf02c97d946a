import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { useBackend } from '../src/backend/ask'
import { exampleBackend } from '../src/backend/example/example'
import { forgetPage, pageWord } from '../src/backend/page'
import { countdown, digitsOf, isLongEnough } from '../src/lock/pin'
import { device, readDevice } from '../src/session/device'
import { listedNumbers } from '../src/session/listedNumbers'
import { atMostEvery, isLocked, lockNow, needsPin } from '../src/session/lock'

async function open(scene: string): Promise<void> {
  useBackend(exampleBackend(scene))
  await readDevice()
}

describe('a PIN', () => {
  it('is made of digits, full-width ones too, and of no more than eight', () => expect(digitsOf('２5a8-0 123456')).toBe('25801234'))
  it('has four digits at least', () => expect([isLongEnough('258'), isLongEnough('2580')]).toEqual([false, true]))
  it('waits minutes and seconds', () => expect([countdown(7), countdown(480)]).toEqual(['0:07', '8:00']))
})

describe('the page', () => {
  it('names itself by a word that nobody guesses, and forgets it', () => {
    const before = pageWord()
    expect(before).toMatch(/^[0-9a-f]{32}$/)
    forgetPage()
    expect(pageWord()).not.toBe(before)
  })

  it('asks whoever has no PIN for one, but nobody whose device is stopped', async () => {
    await open('no-pin')
    expect([needsPin.value, isLocked.value]).toEqual([true, false])
    device.status = device.status && { ...device.status, revoked: true }
    expect(needsPin.value).toBe(false)
    await open('not-enrolled')
    expect(needsPin.value).toBe(false)
  })

  it('is locked at once, and has forgotten its word', async () => {
    await open('day')
    const before = pageWord()
    const told = lockNow()
    expect(isLocked.value).toBe(true)
    expect(pageWord()).not.toBe(before)
    await told
    await readDevice()
    expect(isLocked.value).toBe(true)
  })

  it('does not lock before there is a PIN', async () => {
    await open('no-pin')
    await lockNow()
    expect(device.status?.lock).toBe('none')
  })
})

describe('touches', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('are told at once, and once more at the end when more came', () => {
    const told = vi.fn()
    const touched = atMostEvery(5_000, told)
    touched()
    touched()
    touched()
    expect(told).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(5_000)
    expect(told).toHaveBeenCalledTimes(2)
    vi.advanceTimersByTime(60_000)
    expect(told).toHaveBeenCalledTimes(2)
    touched()
    expect(told).toHaveBeenCalledTimes(3)
  })
})

describe('lost numbers', () => {
  it('are listed in rows', () => expect(listedNumbers([3, 5, 6, 7, 9], 'zh-CN').replaceAll('\u2060', '')).toBe('3、5–7和9'))
  it('are not torn at the dash', () => expect(listedNumbers([41, 42], 'zh-CN')).toBe('41\u2060–\u206042'))
})
