/** What is kept of a browser's storage beyond the tab. It only spares taps and second looks: what cannot be kept is asked again. */
export type LastingStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

const NONE: LastingStorage = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined }

/** The browser's own; some engines refuse it, then nothing is kept. */
export function browserStorage(): LastingStorage {
  try {
    return localStorage
  } catch {
    return NONE
  }
}

/** The list that was kept under `key`; empty where nothing is, or nothing that can be read. */
export function readLasting(key: string, storage: LastingStorage): unknown[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(key) ?? '[]')
    return Array.isArray(kept) ? kept : []
  } catch {
    return []
  }
}

/** Keeps the list, where the storage takes it. */
export function writeLasting(key: string, list: readonly unknown[], storage: LastingStorage): void {
  try {
    storage.setItem(key, JSON.stringify(list))
  } catch {
    return
  }
}

/** Keeps nothing any more. */
export function forgetLasting(key: string, storage: LastingStorage): void {
  try {
    storage.removeItem(key)
  } catch {
    return
  }
}
