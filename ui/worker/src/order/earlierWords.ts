import { watch } from 'vue'
import type { Ref } from 'vue'

import type { OrderView } from '../backend/types'

/**
 * After a refusal by the department the earlier words are the best beginning. They are filled in once, when the order is first there:
 * what the person has emptied since stays empty. `hasBegun` belongs to the draft: a form that comes back is not begun again.
 */
export function beginOnce(hasBegun: Ref<boolean>, order: Ref<Pick<OrderView, 'cause' | 'remedy'> | undefined>, cause: Ref<string>, remedy: Ref<string>): void {
  watch(
    order,
    (read) => {
      if (!read || hasBegun.value) return
      hasBegun.value = true
      cause.value ||= read.cause ?? ''
      remedy.value ||= read.remedy ?? ''
    },
    { immediate: true },
  )
}
