import { watch } from 'vue'
import type { Ref } from 'vue'
import { useRoute } from 'vue-router'

const PREFIX = 'draft:'

/** What a form needs of the browser's storage of one tab. */
export type TabStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>

/** What was typed into one form and not submitted yet. */
export interface Draft {
  /** Submitted: nothing is brought back. */
  readonly forget: () => void
}

/** Keeps what is typed into this screen's form until it is submitted: the back gesture and a reload lose nothing. */
export function useDraft(fields: Readonly<Record<string, Ref<unknown>>>): Draft {
  return keepDraft(useRoute().path, fields, sessionStorage)
}

/** Brings back what was kept for this address, and keeps from now on what the fields hold. */
export function keepDraft(path: string, fields: Readonly<Record<string, Ref<unknown>>>, storage: TabStorage): Draft {
  const kept = read(storage, path)
  for (const [name, field] of Object.entries(fields)) if (name in kept) field.value = kept[name]
  const values = (): Record<string, unknown> => Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.value]))
  // At once, because the screen may be gone before the next frame.
  const stop = watch(values, (now) => write(storage, path, now), { flush: 'sync' })
  const forget = (): void => {
    stop()
    storage.removeItem(PREFIX + path)
  }
  return { forget }
}

/** The device goes to somebody else, or may: nobody reads what another one typed. */
export function forgetDrafts(storage: TabStorage = sessionStorage): void {
  const keys = Array.from({ length: storage.length }, (_, place) => storage.key(place))
  for (const key of keys) if (key?.startsWith(PREFIX)) storage.removeItem(key)
}

function read(storage: TabStorage, path: string): Record<string, unknown> {
  try {
    const kept: unknown = JSON.parse(storage.getItem(PREFIX + path) ?? '{}')
    return typeof kept === 'object' && kept !== null ? (kept as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** A full storage costs the draft and not the form. */
function write(storage: TabStorage, path: string, values: Record<string, unknown>): void {
  try {
    storage.setItem(PREFIX + path, JSON.stringify(values))
  } catch {
    storage.removeItem(PREFIX + path)
  }
}
