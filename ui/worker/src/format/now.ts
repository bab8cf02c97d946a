import { readonly, ref } from 'vue'

const TICK = 15_000

const instant = ref(Date.now())

/** The time as this device believes, for what is late and how old things are; moves by itself. */
export const now = readonly(instant)

/** Lets [now] move; called once at the start. */
export function letTimePass(): void {
  setInterval(() => (instant.value = Date.now()), TICK)
}

/** Reads the clock again, after something happened. */
export function readTheClock(): number {
  instant.value = Date.now()
  return instant.value
}
