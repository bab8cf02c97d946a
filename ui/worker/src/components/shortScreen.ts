import { onBeforeUnmount, onMounted, ref } from 'vue'
import type { Ref } from 'vue'

/** Lines of text, as `rem`, below which the bar at the end stands after the content (`yields` in BottomBar.vue). */
const FEWEST_REM = 40

/** Whether the screen has so few lines that its own button may be out of sight. A media query does not know of enlarged text. */
export function useShortScreen(): Readonly<Ref<boolean>> {
  const isShort = ref(false)
  const look = (): void => {
    isShort.value = innerHeight < FEWEST_REM * parseFloat(getComputedStyle(document.documentElement).fontSize)
  }
  onMounted(look)
  onMounted(() => addEventListener('resize', look))
  onBeforeUnmount(() => removeEventListener('resize', look))
  return isShort
}
