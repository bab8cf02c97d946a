import { onBeforeUnmount, onMounted } from 'vue'
import type { Ref } from 'vue'

/**
 * Keeps a scan field ready: it has the focus when the screen opens and after every tap, and the first character of a wedge
 * scan goes to it wherever the focus is. Moving with the keyboard is left alone, so that nobody is caught in the field.
 */
export function keepFocus(field: Ref<HTMLInputElement | null>, isWanted: () => boolean = () => true): void {
  const take = (): void => {
    if (isWanted() && !isWriting(document.activeElement)) field.value?.focus({ preventScroll: true })
  }
  const afterTap = (event: MouseEvent): void => {
    // A click by keyboard has no detail; there the focus belongs to the person.
    if (event.detail > 0) setTimeout(take)
  }
  const onKey = (event: KeyboardEvent): void => {
    if (event.key.length === 1 && event.key !== ' ' && !event.ctrlKey && !event.metaKey && !event.altKey) take()
  }
  onMounted(() => {
    take()
    document.addEventListener('click', afterTap)
    document.addEventListener('keydown', onKey, true)
  })
  onBeforeUnmount(() => {
    document.removeEventListener('click', afterTap)
    document.removeEventListener('keydown', onKey, true)
  })
}

function isWriting(element: Element | null): boolean {
  return element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement
}
