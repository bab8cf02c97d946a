import { computed, ref } from 'vue'
import type { ComputedRef, Ref } from 'vue'

import { ask } from '../backend/ask'
import { newEventId } from '../backend/eventId'
import type { Refused } from '../backend/refused'
import type { Confirm, OrderView, StaffAnswer } from '../backend/types'
import { signalLook, signalRecorded } from '../scanning/signal'
import { useAttempt } from '../session/attempt'
import { useDraft } from '../session/draft'
import { cleaned, isWhole } from './staffNumber'
import { useLookUp } from './useLookUp'

/** What the confirmer has to read before confirming; `none` when nothing is unusual. */
export type Caution = 'none' | 'unknown' | 'notValid' | 'tooMany' | 'otherDepartment' | 'maintenance'

/** Where the page stands: typing a number, looking at a name, saying why not, or done. */
export type Stage = 'number' | 'name' | 'reason' | 'done'

/** The department's end of an order on the worker's device. */
export interface HandOver {
  readonly stage: Ref<Stage>
  readonly number: Ref<string>
  readonly staff: Ref<StaffAnswer | undefined>
  readonly caution: ComputedRef<Caution>
  readonly isOwn: ComputedRef<boolean>
  readonly accepted: Ref<boolean | undefined>
  readonly reason: Ref<string>
  readonly busy: Ref<boolean>
  readonly refusal: Ref<Refused | undefined>
  readonly type: (text: string) => void
  readonly erase: () => void
  readonly lookUp: () => Promise<void>
  readonly startAgain: () => void
  readonly confirm: (isAccepted: boolean) => Promise<void>
  /** The department has confirmed already, before this page was opened or on another device: only thanks are left. */
  readonly finish: () => void
  /** The worker has the phone back: nobody finds what was typed. */
  readonly forget: () => void
}

/** Begins the hand-over of the order that `current` gives. */
export function useHandOver(current: () => OrderView | undefined, put: (written: OrderView) => void): HandOver {
  const { stage, number, staff, isUnnamed, accepted, reason, id } = atTheBeginning()
  const attempt = useAttempt()
  const { busy, refusal, run } = attempt
  // The screen may lock while the department has the phone: it finds what it typed.
  const draft = useDraft({ stage, number, staff, isUnnamed, reason, id })

  const isOwn = computed(() => staff.value?.standing === 'own')
  const caution = computed(() => (isUnnamed.value ? 'tooMany' : staff.value ? cautionOf(staff.value, current()) : 'none'))

  const lookUp = useLookUp(number, attempt, (answer, isNameShown) => {
    staff.value = answer
    isUnnamed.value = !isNameShown
    if (isOwn.value) signalLook()
    else stage.value = 'name'
  })

  function startAgain(): void {
    stage.value = 'number'
    number.value = ''
    staff.value = undefined
    isUnnamed.value = false
    // Somebody else may come: nobody says what another has written.
    reason.value = ''
    refusal.value = undefined
    id.value = newEventId()
  }

  function type(text: string): void {
    if (staff.value) startAgain()
    number.value = cleaned(number.value + text)
    if (isWhole(number.value)) void lookUp()
  }

  function erase(): void {
    staff.value = undefined
    number.value = number.value.slice(0, -1)
  }

  async function confirm(isAccepted: boolean): Promise<void> {
    const order = current()
    const confirmer = staff.value
    if (!order || !confirmer) return
    const written = await run(() => ask(confirmation(order.id, id.value, confirmer.staff_no, isAccepted, reason.value, caution.value)))
    if (!written) return
    put(written)
    end(isAccepted)
    signalRecorded()
  }

  function end(isAccepted: boolean): void {
    accepted.value = isAccepted
    draft.forget()
    stage.value = 'done'
  }

  function finish(): void {
    refusal.value = undefined
    staff.value = undefined
    end(true)
  }

  return { stage, number, staff, caution, isOwn, accepted, reason, busy, refusal, type, erase, lookUp, startAgain, confirm, finish, forget: draft.forget }
}

/** Nobody has typed anything yet. */
function atTheBeginning() {
  return {
    stage: ref<Stage>('number'),
    number: ref(''),
    staff: ref<StaffAnswer>(),
    // So many numbers were looked up before that the device shows no name now; the number can confirm nevertheless.
    isUnnamed: ref(false),
    accepted: ref<boolean>(),
    reason: ref(''),
    // One id for one saying: when the reply was lost and the person taps again, nothing is recorded twice.
    id: ref(newEventId()),
  }
}

function cautionOf(staff: StaffAnswer, order: OrderView | undefined): Caution {
  if (staff.standing === 'unknown') return 'unknown'
  if (staff.standing === 'not_valid') return 'notValid'
  if (staff.standing === 'maintenance_staff') return 'maintenance'
  return order && staff.department !== order.department ? 'otherDepartment' : 'none'
}

/** What the person has read on the page goes along as a flag; the device judges again. */
function confirmation(order: string, id: string, number: string, isAccepted: boolean, reason: string, caution: Caution): { do: 'confirm' } & Confirm {
  return {
    do: 'confirm',
    order,
    id,
    staff_no: number,
    accepted: isAccepted,
    ...(isAccepted ? {} : { reason: reason.trim() }),
    ...(caution === 'unknown' || caution === 'notValid' || caution === 'tooMany' ? { unverified: true } : {}),
    ...(caution === 'otherDepartment' || caution === 'maintenance' ? { other_department: true } : {}),
  }
}
