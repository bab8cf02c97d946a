import type { Messages } from '../messages/zh'

type Phrase = keyof Messages['phrase']

/** A usual cause with its usual remedy: one tap fills both fields. */
export interface PhrasePair {
  readonly cause: Phrase
  readonly remedy: Phrase
  /** Words in a fault's name that it belongs to; none: it may fit anything but medical gas. */
  readonly faults: readonly string[]
}

/** Medical gas: nothing is mended before it is tested for leaks, so that no other pair is offered there. */
const GAS = ['氧气', '负压', '漏气']

// Whole words only: a single character such as 水 or 气 stands in too many names, and one tap would make a false record.
const PAIRS: readonly PhrasePair[] = [
  { cause: 'sealWorn', remedy: 'sealReplaced', faults: ['漏水', '滴水', '渗水', '爆裂'] },
  { cause: 'jointLoose', remedy: 'jointTightened', faults: ['漏水', '滴水', '渗水', '爆裂'] },
  { cause: 'gasSealWorn', remedy: 'gasSealReplaced', faults: GAS },
  { cause: 'gasJointLoose', remedy: 'gasJointTightened', faults: GAS },
  { cause: 'pipeBlocked', remedy: 'pipeCleared', faults: ['堵塞', '不排水', '返水'] },
  { cause: 'airTrapped', remedy: 'vented', faults: ['暖气不热', '热水不足'] },
  { cause: 'contactPoor', remedy: 'contactMended', faults: ['灯', '插座', '开关', '网络', '呼叫器', '门禁', '按钮', '电话'] },
  { cause: 'overload', remedy: 'overloadMended', faults: ['跳闸', '插座无电'] },
  { cause: 'dirt', remedy: 'cleaned', faults: ['空调', '新风', '净化', '烟感'] },
  { cause: 'partBroken', remedy: 'partReplaced', faults: [] },
  { cause: 'outOfAdjustment', remedy: 'adjusted', faults: [] },
  { cause: 'misuse', remedy: 'misuseMended', faults: [] },
]

const MOST = 4

/** The pairs for a fault, those that name it first, and of these the ones with the longest word. */
export function phrasesFor(faultName: string): PhrasePair[] {
  const fitting = PAIRS.filter((pair) => longestWord(pair, faultName) > 0)
  // oxlint-disable-next-line unicorn/no-array-sort -- it is a copy, and the browsers of older phones have no toSorted
  fitting.sort((one, other) => longestWord(other, faultName) - longestWord(one, faultName))
  if (GAS.some((word) => faultName.includes(word))) return fitting.filter((pair) => pair.faults === GAS)
  return [...fitting, ...PAIRS.filter((pair) => pair.faults.length === 0)].slice(0, MOST)
}

function longestWord(pair: PhrasePair, faultName: string): number {
  return Math.max(0, ...pair.faults.filter((word) => faultName.includes(word)).map((word) => word.length))
}
