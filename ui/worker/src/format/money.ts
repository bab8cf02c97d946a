/** Whole fen as yuan: `¥40.00`. Reckoned with whole numbers, because money is never a fraction. */
export function yuan(fen: number): string {
  const whole = Math.trunc(Math.abs(fen) / 100)
  const rest = String(Math.abs(fen) % 100).padStart(2, '0')
  return `${fen < 0 ? '-' : ''}¥${whole}.${rest}`
}
