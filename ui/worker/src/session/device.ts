import { computed, reactive } from 'vue'

import { ask } from '../backend/ask'
import type { Refused } from '../backend/refused'
import { refusalFrom } from '../backend/refused'
import type { DeviceStatus, OrderView } from '../backend/types'

/** Who this device is, read once at the start and after enrolling or logging out. */
export const device = reactive<{ status: DeviceStatus | undefined; refusal: Refused | undefined }>({
  status: undefined,
  refusal: undefined,
})

/** The number of the device's person; empty before enrolment. */
export const myNumber = computed(() => device.status?.person?.staff_no ?? '')

/** Whether the person has the order. Numbers are reissued: under the same one it may still be its last holder's, as the name says. */
export function hasIt(order: Pick<OrderView, 'assignee' | 'assignee_name'>): boolean {
  const person = device.status?.person
  if (order.assignee === null || order.assignee !== person?.staff_no) return false
  return order.assignee_name === null || order.assignee_name === person.name
}

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
