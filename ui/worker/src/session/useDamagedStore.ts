import { computed, ref } from 'vue'
import type { ComputedRef } from 'vue'

import { device } from './device'
import { browserStorage, readLasting, writeLasting } from './lasting'

const READ = 'plantroom.damage-read'

/** The data file that was damaged and moved aside; empty where there is none, or the person has read of it. */
export function useDamagedStore(storage = browserStorage()): { file: ComputedRef<string>; acknowledge: () => void } {
  const read = ref(readLasting(READ, storage))
  const file = computed(() => {
    const movedTo = device.status?.damaged_store_moved_to ?? ''
    return read.value.includes(movedTo) ? '' : movedTo
  })
  const acknowledge = (): void => {
    read.value = [...read.value, file.value]
    writeLasting(READ, read.value, storage)
  }
  return { file, acknowledge }
}
