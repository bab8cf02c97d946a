import { computed, ref } from 'vue'
import type { ComputedRef, Ref } from 'vue'
import { useRouter } from 'vue-router'

import { newEventId } from '../backend/eventId'
import type { CreateOrder, OrderId, OrderView } from '../backend/types'
import { useAttempt } from '../session/attempt'
import type { Attempt } from '../session/attempt'
import { useDraft } from '../session/draft'
import { createAndAccept } from './createAndAccept'

/** What the form says. */
type Report = Omit<CreateOrder, 'id'>

/** An order found on the spot, created from a form. */
export interface Creating {
  readonly attempt: Attempt
  /** The order that was made of this form before it was changed: to be looked at, and not to be made a second time unknowingly. */
  readonly existing: ComputedRef<OrderId | undefined>
  /** Creates the order, takes it up and goes to it; stays, with the refusal on the screen, when a part of that was refused. */
  readonly create: (report: Report, isThere: boolean) => Promise<OrderView | undefined>
  /** Goes to the order that exists; what was changed in the form since is given up. */
  readonly openExisting: () => Promise<void>
}

/**
 * Whatever is pressed how often, one form makes one order, also when it was left before the order was accepted: the ids of what
 * is recorded are kept with what was typed (`fields`).
 */
export function useCreating(fields: Readonly<Record<string, Ref<unknown>>>): Creating {
  const router = useRouter()
  const attempt = useAttempt()
  const ids = ref(newIds())
  const draft = useDraft({ ...fields, ids })
  const { path } = router.currentRoute.value

  const existing = computed(() => existingOf(attempt))

  async function create(report: Report, isThere: boolean): Promise<OrderView | undefined> {
    const order = await attempt.run(() => createAndAccept(report, ids.value, isThere))
    // Changed after it was recorded: the person is told, and whatever they submit then is meant.
    if (existing.value) ids.value = newIds()
    if (!order) return undefined
    await goTo(order.id)
    return order
  }

  async function goTo(order: OrderId): Promise<void> {
    draft.forget()
    // On a slow device the person may have gone elsewhere meanwhile: nobody is pulled back.
    if (router.currentRoute.value.path !== path) return
    await router.replace({ name: 'order', params: { order } })
  }

  async function openExisting(): Promise<void> {
    if (existing.value) await goTo(existing.value)
  }

  return { attempt, existing, create, openExisting }
}

function newIds(): { create: string; accept: string; arrive: string } {
  return { create: newEventId(), accept: newEventId(), arrive: newEventId() }
}

function existingOf({ refusal }: Attempt): OrderId | undefined {
  const order = refusal.value?.code === 'id_reused' ? refusal.value.details['order'] : undefined
  return typeof order === 'string' ? order : undefined
}
