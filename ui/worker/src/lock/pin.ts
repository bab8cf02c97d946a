/** Fewest and most digits of a PIN, as the device takes it. */
const FEWEST = 4
const MOST = 8

/** What is left of keys: digits, full-width ones made plain. */
export function digitsOf(text: string): string {
  return text.normalize('NFKC').replace(/[^0-9]/g, '').slice(0, MOST)
}

/** Whether so many digits can be a PIN. */
export function isLongEnough(pin: string): boolean {
  return pin.length >= FEWEST
}

/** Minutes and seconds. */
export function countdown(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
