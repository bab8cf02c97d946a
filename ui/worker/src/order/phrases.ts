import type { Messages } from '../messages/zh'

type Phrase = keyof Messages['phrase']

/** A usual cause with its usual remedy: one tap fills both fields. */
export interface PhrasePair {
  readonly cause: Phrase
  readonly remedy: Phrase
  /** Pieces of a fault's name that it belongs to; none: it may fit anything. */
  readonly faults: readonly string[]
}

const PAIRS: readonly PhrasePair[] = [
  { cause: 'sealWorn', remedy: 'sealReplaced', faults: ['漏', '水', '气'] },
  { cause: 'jointLoose', remedy: 'jointTightened', faults: ['漏', '水', '渗'] },
  { cause: 'pipeBlocked', remedy: 'pipeCleared', faults: ['堵', '排水', '下水'] },
  { cause: 'contactPoor', remedy: 'contactMended', faults: ['灯', '电', '插座', '网络', '呼叫', '门禁', '按钮', '无声'] },
  { cause: 'overload', remedy: 'overloadMended', faults: ['跳闸', '插座', '无电'] },
  { cause: 'dirt', remedy: 'cleaned', faults: ['空调', '风', '热', '制冷', '烟感'] },
  { cause: 'partBroken', remedy: 'partReplaced', faults: [] },
  { cause: 'outOfAdjustment', remedy: 'adjusted', faults: [] },
  { cause: 'misuse', remedy: 'misuseMended', faults: [] },
]

const MOST = 4

/** The pairs for a fault, those that name it first. */
export function phrasesFor(faultName: string): PhrasePair[] {
  const fitting = PAIRS.filter((pair) => pair.faults.some((piece) => faultName.includes(piece)))
  const general = PAIRS.filter((pair) => pair.faults.length === 0)
  return [...fitting, ...general].slice(0, MOST)
}
