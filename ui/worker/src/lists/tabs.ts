import type { ListFilter } from '../backend/types'

/** A list that somebody chooses to see; the other filters say what concerns whoever looks at any of them. */
export type Tab = Exclude<ListFilter, 'attention' | 'free'>

export const TABS: readonly Tab[] = ['mine', 'team', 'done']
