import { onBeforeUnmount, onMounted } from 'vue'

import { cleaned, isWhole } from './staffNumber'
import type { HandOver } from './useHandOver'

/** What a key means while a number is asked for. */
export type KeyMeaning = 'type' | 'erase' | 'look-up' | 'nothing'

/**
 * `isAfterCharacter`: the key before this one was a character. Enter ends a number then, as a badge scanner sends it, whatever
 * button has the focus; otherwise it presses that button.
 */
export function meaningOf(key: string, isAfterCharacter: boolean, isOnButton: boolean): KeyMeaning {
  if ([...key].length === 1 && cleaned(key) !== '') return 'type'
  if (key === 'Backspace') return 'erase'
  return key === 'Enter' && (isAfterCharacter || !isOnButton) ? 'look-up' : 'nothing'
}

/** A badge scan is keys, wherever the focus is; a number can also be pasted. */
export function takeBadgeKeys(handOver: HandOver): void {
  let isAfterCharacter = false

  function onKey(event: KeyboardEvent): void {
    if (handOver.stage.value !== 'number' || event.ctrlKey || event.metaKey || event.altKey) return
    const meaning = meaningOf(event.key, isAfterCharacter, event.target instanceof HTMLButtonElement)
    isAfterCharacter = meaning === 'type'
    if (meaning === 'nothing') return
    event.preventDefault()
    if (meaning === 'type') handOver.type(event.key)
    else if (meaning === 'erase') handOver.erase()
    else void handOver.lookUp()
  }

  function onPaste(event: ClipboardEvent): void {
    const pasted = cleaned(event.clipboardData?.getData('text') ?? '')
    if (handOver.stage.value !== 'number' || !pasted) return
    // A whole number is meant instead of what was begun.
    if (isWhole(pasted)) handOver.startAgain()
    handOver.type(pasted)
  }

  onMounted(() => {
    document.addEventListener('keydown', onKey)
    document.addEventListener('paste', onPaste)
  })
  onBeforeUnmount(() => {
    document.removeEventListener('keydown', onKey)
    document.removeEventListener('paste', onPaste)
  })
}
