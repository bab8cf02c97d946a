import type { Ref } from 'vue'
import { useRouter } from 'vue-router'

import { ask } from '../backend/ask'
import { newEventId } from '../backend/eventId'
import type { EventId, OrderId, OrderView } from '../backend/types'
import { useAttempt } from '../session/attempt'
import type { Attempt } from '../session/attempt'
import { useDraft } from '../session/draft'
import { useOrder } from './useOrder'

type StepCommand = Extract<Parameters<typeof ask>[0], { do: 'suspend' | 'request_return' | 'complete' }>

/** A step of an order that has a screen of its own and leads on to the next one. */
export interface Step {
  readonly order: Ref<OrderView | undefined>
  readonly put: (written: OrderView) => void
  readonly attempt: Attempt
  /** Records the step and goes to `next`; stays, with the refusal on the screen, when it was refused. */
  readonly record: (command: (eventId: EventId) => StepCommand, next?: 'order' | 'hand-over') => Promise<void>
}

/** One step of the order with this id: whatever is pressed how often, it is recorded once; what `fields` hold is kept until then. */
export function useStep(id: OrderId, fields: Readonly<Record<string, Ref<unknown>>>): Step {
  const router = useRouter()
  const { order, put } = useOrder(id)
  const attempt = useAttempt()
  const eventId = newEventId()
  const draft = useDraft(fields)
  const { path } = router.currentRoute.value

  async function record(command: (eventId: EventId) => StepCommand, next: 'order' | 'hand-over' = 'order'): Promise<void> {
    const written = await attempt.run(() => ask(command(eventId)))
    if (!written) return
    draft.forget()
    put(written)
    // On a slow device the person may have gone elsewhere meanwhile: nobody is pulled back.
    if (router.currentRoute.value.path !== path) return
    await router.replace({ name: next, params: { order: id } })
  }

  return { order, put, attempt, record }
}
