import { computed, onBeforeUnmount, onMounted, ref } from 'vue'
import type { ComputedRef, Ref } from 'vue'

import { ask } from '../backend/ask'
import type { DeviceStatus } from '../backend/types'
import { useAttempt } from '../session/attempt'
import { device, readDevice } from '../session/device'
import type { Refused } from '../backend/refused'
import { isLongEnough } from './pin'

/** Giving the PIN, with what stands in the way. */
export interface Unlocking {
  readonly pin: Ref<string>
  readonly busy: Ref<boolean>
  readonly refusal: Ref<Refused | undefined>
  /** Seconds until the next PIN may be tried. */
  readonly wait: ComputedRef<number>
  readonly isBlocked: ComputedRef<boolean>
  readonly mayTry: ComputedRef<boolean>
  /** The status afterwards; `undefined` when it was refused. */
  readonly unlock: () => Promise<DeviceStatus | undefined>
}

/** Begins with an empty PIN. */
export function useUnlocking(): Unlocking {
  const pin = ref('')
  const { busy, refusal, run } = useAttempt()
  const wait = useWait()
  const isBlocked = computed(() => device.status?.pin_tries_left === 0)
  const mayTry = computed(() => isLongEnough(pin.value) && wait.value === 0 && !isBlocked.value)

  async function unlock(): Promise<DeviceStatus | undefined> {
    if (!mayTry.value || busy.value) return undefined
    const status = await run(() => ask({ do: 'unlock', pin: pin.value }))
    pin.value = ''
    if (status) device.status = status
    else await readDevice()
    return status
  }

  return { pin, busy, refusal, wait, isBlocked, mayTry, unlock }
}

/** What is left of the device's wait, counted down between two looks at it. */
export function useWait(): ComputedRef<number> {
  const elapsed = ref(0)
  let readAt = performance.now()
  let before = device.status
  const look = (): void => {
    if (before !== device.status) readAt = performance.now()
    before = device.status
    elapsed.value = Math.floor((performance.now() - readAt) / 1_000)
  }
  let ticking = 0
  onMounted(() => (ticking = window.setInterval(look, 500)))
  onBeforeUnmount(() => clearInterval(ticking))
  return computed(() => Math.max(0, (device.status?.pin_wait_seconds ?? 0) - elapsed.value))
}
