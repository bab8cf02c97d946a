import { readonly, ref } from 'vue'

import type { Backend } from './backend'
import { Refused } from './refused'
import type {
  Command,
  DepartmentsFound,
  DeviceStatus,
  FaultsFound,
  LabourFound,
  LocationsFound,
  OrderPage,
  OrderView,
  PartsFound,
  StaffAnswer,
  SyncReport,
  SyncStatus,
} from './types'

interface OtherAnswers {
  list_orders: OrderPage
  look_up_staff: StaffAnswer
  search_parts: PartsFound
  sync_now: SyncReport
  sync_status: SyncStatus
  device_status: DeviceStatus
  enroll: DeviceStatus
  log_out: DeviceStatus
  set_pin: DeviceStatus
  unlock: DeviceStatus
  lock_now: DeviceStatus
  touched: DeviceStatus
  acknowledge_lost_numbers: DeviceStatus
  search_locations: LocationsFound
  search_departments: DepartmentsFound
  search_labour: LabourFound
  list_faults: FaultsFound
}

/** Which answer follows from the command: `get_order` and every writing command give the whole order. */
export type AnswerTo<Asked extends Command> = Asked['do'] extends keyof OtherAnswers ? OtherAnswers[Asked['do']] : OrderView

let backend: Backend | undefined

/** Set once at the start, before the first screen. */
export function useBackend(chosen: Backend): void {
  backend = chosen
}

const missteps = ref(0)

/** Grows whenever the device says that an order does not stand where the screen believed: what is shown is to be read again. */
export const outdated = readonly(missteps)

const lockings = ref(0)

/** Grows whenever the device says that this page is locked. */
export const lockedOut = readonly(lockings)

/**
 * Asks the device.
 * @throws Refused with the code of the fault, or `program_silent` when there is no answer.
 */
export async function ask<const Asked extends Command>(command: Asked): Promise<AnswerTo<Asked>> {
  const reply = await answerFrom(command)
  if ('error' in reply && reply.error.code === 'transition_not_allowed') missteps.value += 1
  if ('error' in reply && reply.error.code === 'locked') lockings.value += 1
  if ('error' in reply) throw new Refused(reply.error.code, detailsOf(reply.error.details))
  return reply.ok as AnswerTo<Asked>
}

/** Reads one code with the camera; `undefined` where there is none. */
export function cameraReader(): (() => Promise<string | undefined>) | undefined {
  return backend?.readWithCamera?.bind(backend)
}

async function answerFrom(command: Command) {
  if (!backend) throw new Refused('program_silent')
  try {
    return await backend.call(command)
  } catch {
    throw new Refused('program_silent')
  }
}

function detailsOf(details: unknown): Readonly<Record<string, unknown>> {
  return typeof details === 'object' && details !== null ? (details as Record<string, unknown>) : {}
}
