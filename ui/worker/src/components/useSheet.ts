import { computed } from 'vue'
import type { WritableComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'

/** Whether the sheet `name` is open: a place of its own in the history, so that the phone's back button closes it and stays on the screen. */
export function useSheet(name: string): WritableComputedRef<boolean> {
  const route = useRoute()
  const router = useRouter()

  function open(): void {
    void router.push({ query: { ...route.query, sheet: name } })
  }

  /** Back where it was opened from here; after a reload in the middle there may be nothing to go back to. */
  function close(): void {
    const { sheet: _, ...query } = route.query
    const without = router.resolve({ query })
    if (router.options.history.state['back'] === without.fullPath) router.back()
    else void router.replace(without)
  }

  return computed({
    get: () => route.query['sheet'] === name,
    set: (wanted) => {
      if (wanted === (route.query['sheet'] === name)) return
      if (wanted) open()
      else close()
    },
  })
}
