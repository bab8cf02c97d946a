import { onBeforeUnmount, onMounted } from 'vue'

import { cleaned, isWhole } from './staffNumber'
import type { HandOver, Stage } from './useHandOver'

/** What a key means at the hand-over. */
export type KeyMeaning = 'type' | 'erase' | 'look-up' | 'back' | 'nothing'

/** What counts where: somebody else may scan their badge while a name is shown, and a reason is typed into its own field. */
const MEANT: Record<Stage, readonly KeyMeaning[]> = { number: ['type', 'erase', 'look-up', 'back'], name: ['type', 'back'], reason: ['back'], done: [] }

/**
 * `isAfterCharacter`: the key before this one was a character. Enter ends a number then, as a badge scanner sends it, whatever
 * button has the focus; otherwise it presses that button.
 */
export function meaningOf(key: string, isAfterCharacter: boolean, isOnButton: boolean): KeyMeaning {
  if ([...key].length === 1 && cleaned(key) !== '') return 'type'
  if (key === 'Backspace') return 'erase'
  if (key === 'Escape') return 'back'
  return key === 'Enter' && (isAfterCharacter || !isOnButton) ? 'look-up' : 'nothing'
}

/** A badge scan is keys, wherever the focus is; a number can also be pasted. */
export function takeBadgeKeys(handOver: HandOver): void {
  let isAfterCharacter = false

  /** While a confirmation is being saved nobody else's begins. */
  function isMeant(meaning: KeyMeaning): boolean {
    const isSaving = handOver.busy.value && handOver.stage.value !== 'number'
    return !isSaving && MEANT[handOver.stage.value].includes(meaning)
  }

  function onKey(event: KeyboardEvent): void {
    // What ends the choosing of characters in a field is not meant for the page.
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
    const meaning = meaningOf(event.key, isAfterCharacter, event.target instanceof HTMLButtonElement)
    isAfterCharacter = meaning === 'type'
    if (!isMeant(meaning)) return
    event.preventDefault()
    if (meaning === 'type') handOver.type(event.key)
    else if (meaning === 'erase') handOver.erase()
    else if (meaning === 'back') goBack(handOver)
    else void handOver.lookUp()
  }

  function onPaste(event: ClipboardEvent): void {
    const pasted = cleaned(event.clipboardData?.getData('text') ?? '')
    if (!pasted || !isMeant('type')) return
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

/** One step, and never out of the hand-over: that is the worker's. */
export function goBack(handOver: Pick<HandOver, 'stage' | 'startAgain'>): void {
  if (handOver.stage.value === 'reason') handOver.stage.value = 'name'
  else handOver.startAgain()
}
