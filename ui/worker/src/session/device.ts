import { computed, reactive } from 'vue'

import { ask } from '../backend/ask'
import type { Refused } from '../backend/refused'
import { refusalFrom } from '../backend/refused'
import type { DeviceStatus } from '../backend/types'

/** Who this device is, read once at the start and after enrolling or logging out. */
export const device = reactive<{ status: DeviceStatus | undefined; refusal: Refused | undefined }>({
  status: undefined,
  refusal: undefined,
})

/** Numbers of entries that this device made and lost before they were uploaded. */
export const lostNumbers = computed(() => device.status?.lost_numbers ?? [])

/** Whether the person can work here: enrolled and not logged out. */
export const isInUse = computed(() => device.status !== undefined && device.status.enrolled && !device.status.logged_out)

/** Reads who this device is; a refusal is kept for the opening screen to show. */
export async function readDevice(): Promise<void> {
  try {
    device.status = await ask({ do: 'device_status' })
    device.refusal = undefined
  } catch (thrown) {
    device.refusal = refusalFrom(thrown)
  }
}
