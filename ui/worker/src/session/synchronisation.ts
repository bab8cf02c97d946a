import { reactive } from 'vue'

import { ask } from '../backend/ask'
import { refusalFrom } from '../backend/refused'
import type { Refused } from '../backend/refused'
import type { SyncReport, SyncStatus } from '../backend/types'
import { readTheClock } from '../format/now'
import { device, isInUse, readDevice } from './device'
import { isLocked } from './lock'

const LOOK_EVERY = 5_000

/** How far this device and the hospital agree. Nothing on the worker's path waits for any of it. */
export const synchronisation = reactive<{
  status: SyncStatus | undefined
  running: boolean
  report: SyncReport | undefined
  refusal: Refused | undefined
  /** Grows whenever something may have come from the server, so that open screens read again. */
  heard: number
}>({ status: undefined, running: false, report: undefined, refusal: undefined, heard: 0 })

/** Begins to look regularly; contacts the server quietly when the network comes back. */
export function keepLooking(): void {
  void lookAtStatus()
  setInterval(() => void lookAtStatus(), LOOK_EVERY)
  window.addEventListener('online', () => void quietly())
  // Another window of this device may have written meanwhile.
  window.addEventListener('focus', lookAgain)
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && lookAgain())
  void quietly()
}

/** Somebody looks at the screen again: what it shows is read anew, which asks nobody but this device. */
function lookAgain(): void {
  readTheClock()
  synchronisation.heard += 1
  void lookAtStatus()
}

let looks = 0
let newestLook = 0

/** Reads the counts; a failure here is shown by whatever the person does next, not by this. Answers may overtake each other. */
export async function lookAtStatus(): Promise<void> {
  if (!isInUse.value) return
  if (isLocked.value) return readDevice()
  const look = ++looks
  try {
    const status = await ask({ do: 'sync_status' })
    if (look < newestLook) return
    newestLook = look
    const before = synchronisation.status
    synchronisation.status = status
    if (!hasChanged(before, status)) return
    synchronisation.heard += 1
    // Another store may have taken the place of a damaged one.
    await readDevice()
  } catch {
    return
  }
}

/**
 * 立即联系服务器: exchanges until quiet and keeps the report or the refusal for the screen, which says that it is done only once the
 * counts beside it are those of afterwards.
 */
export async function synchroniseNow(): Promise<void> {
  if (synchronisation.running) return
  synchronisation.running = true
  synchronisation.refusal = undefined
  synchronisation.report = undefined
  const outcome = await ask({ do: 'sync_now' }).then(
    (report) => ({ report }),
    (thrown: unknown) => ({ refusal: refusalFrom(thrown) }),
  )
  await afterContact()
  Object.assign(synchronisation, outcome, { running: false })
}

async function quietly(): Promise<void> {
  if (!isInUse.value || isLocked.value) return
  await ask({ do: 'sync_now' }).catch(() => undefined)
  await afterContact()
}

async function afterContact(): Promise<void> {
  readTheClock()
  await Promise.all([lookAtStatus(), readDevice()])
  synchronisation.heard += 1
}

function hasChanged(before: SyncStatus | undefined, after: SyncStatus): boolean {
  return before !== undefined && JSON.stringify(before) !== JSON.stringify(after)
}

/** Whether the lists on this device are older than three days: still usable, and said so. */
export function listsAreOld(now: number): boolean {
  const asOf = synchronisation.status?.reference_as_of
  return typeof asOf === 'number' && now - asOf > 3 * 24 * 3_600_000
}

/** Whether the server stopped this device: work is kept and sent for review. */
export function isRevoked(): boolean {
  return device.status?.revoked === true
}
