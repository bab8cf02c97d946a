import { computed, watch } from 'vue'

import { ask, lockedOut } from '../backend/ask'
import { forgetPage } from '../backend/page'
import { device, isInUse, readDevice } from './device'

/** Between two touches that the device is told of. */
const TELL_EVERY = 5_000

/** Whether this page has to give the PIN first. The device refuses it everything else; here it is only shown. */
export const isLocked = computed(() => isInUse.value && device.status?.lock === 'locked')

/** Whether the person still has to set a PIN. A stopped device says first that it is stopped. */
export const needsPin = computed(() => isInUse.value && device.status?.lock === 'none' && !device.status.revoked)

/** Locks this page: at once on the screen, and for good in the device, also when the message to it gets lost. */
export async function lockNow(): Promise<void> {
  if (device.status?.lock !== 'open') return
  device.status = { ...device.status, lock: 'locked' }
  const told = ask({ do: 'lock_now' }).catch(() => undefined)
  forgetPage()
  await told
}

/** Tells the device of touches, which keep this page open, and locks it when it goes to the background. */
export function watchTheScreen(): void {
  const tell = atMostEvery(TELL_EVERY, () => void ask({ do: 'touched' }).catch(() => undefined))
  const touched = (): void => {
    if (device.status?.lock === 'open') tell()
  }
  for (const kind of ['pointerdown', 'touchmove', 'wheel', 'keydown']) document.addEventListener(kind, touched, { capture: true, passive: true })
  document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && void lockNow())
  watch(lockedOut, () => void readDevice())
}

/** At once, and where it is asked for again too soon, once more at the end of the interval. */
export function atMostEvery(interval: number, act: () => void): () => void {
  let isResting = false
  let isAskedAgain = false
  function rested(): void {
    isResting = false
    if (!isAskedAgain) return
    isAskedAgain = false
    begin()
  }
  function begin(): void {
    isResting = true
    setTimeout(rested, interval)
    act()
  }
  return () => {
    if (isResting) isAskedAgain = true
    else begin()
  }
}
