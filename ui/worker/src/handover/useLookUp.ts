import type { Ref } from 'vue'

import { ask } from '../backend/ask'
import type { StaffAnswer } from '../backend/types'
import type { Attempt } from '../session/attempt'

/** Looks up whoever has `number`; `found` gets the answer, and whether the device shows the name that belongs to it. */
export function useLookUp(number: Ref<string>, { busy, refusal, run }: Attempt, found: (answer: StaffAnswer, isNameShown: boolean) => void): () => Promise<void> {
  /** The number that is looked up next, when the look-up under way has ended. */
  let waiting = ''

  async function lookUp(): Promise<void> {
    const asked = number.value
    if (!asked) return
    // Typed faster than the device answers: its turn comes when the earlier look-up has ended.
    waiting = busy.value ? asked : ''
    if (waiting) return
    const known = await run(() => ask({ do: 'look_up_staff', staff_no: asked }))
    // Typed on meanwhile: a name must never stand beside another number than the one it was found for.
    if (number.value === asked) show(asked, known)
    else await lookUpWaiting()
  }

  function show(asked: string, known: StaffAnswer | undefined): void {
    const answer = refusal.value?.code === 'too_many_look_ups' ? unnamed(asked) : known
    if (!answer) return
    refusal.value = undefined
    found(answer, answer === known)
  }

  /** What was typed meanwhile, unless it was changed again since; what failed concerned another number. */
  async function lookUpWaiting(): Promise<void> {
    refusal.value = undefined
    if (waiting === number.value) await lookUp()
  }

  return lookUp
}

/** What the page goes on with where the device shows no name: after so many look-ups the number can confirm nevertheless. */
function unnamed(number: string): StaffAnswer {
  return { staff_no: number, name: null, department: null, department_name: null, standing: 'unknown' }
}
