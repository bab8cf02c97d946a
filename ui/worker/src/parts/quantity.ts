/** The most that one scan takes out or brings back, as the device allows. */
export const MOST = 9_999

/** What was typed, as a quantity from 1 to [MOST]; full-width digits count. `undefined` when it is none. */
export function quantityIn(typed: string): number | undefined {
  const plain = typed.normalize('NFKC').trim()
  const number = /^\d+$/.test(plain) ? Number(plain) : 0
  return number >= 1 && number <= MOST ? number : undefined
}

/** Whether what ended with Enter is a scan that came while the quantity had the focus: no quantity is that long. */
export function isScan(typed: string): boolean {
  return typed.trim().length > String(MOST).length
}
