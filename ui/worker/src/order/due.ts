import type { Node, UtcMillis } from '../backend/types'
import { briefTime, duration } from '../format/time'
import { i18n } from '../messages'

/** The due time in words, and whether it has passed. */
export interface DueWords {
  readonly words: string
  readonly isLate: boolean
}

const BEFORE_ARRIVAL: readonly Node[] = ['reported', 'dispatched', 'team_accepted', 'assigned', 'accepted']

/** What is due on an order that stands at `node`; `undefined` when nothing is. */
export function dueWords(due: UtcMillis | null, node: Node, now: number): DueWords | undefined {
  if (due === null) return undefined
  const t = i18n.global.t
  if (due < now) return { words: t('due.late', { duration: duration(now - due) }), isLate: true }
  const key = BEFORE_ARRIVAL.includes(node) ? 'due.arriveBy' : 'due.completeBy'
  return { words: t(key, { time: briefTime(due, now) }), isLate: false }
}
