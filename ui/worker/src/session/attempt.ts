import { ref } from 'vue'
import type { Ref } from 'vue'

import { refusalFrom } from '../backend/refused'
import type { Refused } from '../backend/refused'

/** Something the person does: one at a time, with what was refused kept for the screen. */
export interface Attempt {
  readonly busy: Ref<boolean>
  readonly refusal: Ref<Refused | undefined>
  /** Does it; `undefined` when it was refused or another is under way. */
  readonly run: <Result>(what: () => Promise<Result>) => Promise<Result | undefined>
}

/** A fresh attempt for one screen or section. */
export function useAttempt(): Attempt {
  const busy = ref(false)
  const refusal = ref<Refused>()
  async function run<Result>(what: () => Promise<Result>): Promise<Result | undefined> {
    if (busy.value) return undefined
    busy.value = true
    refusal.value = undefined
    try {
      return await what()
    } catch (thrown) {
      refusal.value = refusalFrom(thrown)
      return undefined
    } finally {
      busy.value = false
    }
  }
  return { busy, refusal, run }
}
