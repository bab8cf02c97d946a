/** No line ends here. */
const JOINED = '\u2060'

/** Numbers one after the other, rows of them in short: 3、5–9. */
export function listedNumbers(numbers: readonly number[], language: string): string {
  return new Intl.ListFormat(language).format(rowsOf(numbers).map(([first, last]) => (first === last ? `${first}` : `${first}${JOINED}–${JOINED}${last}`)))
}

function rowsOf(numbers: readonly number[]): [number, number][] {
  const rows: [number, number][] = []
  for (const number of numbers) {
    const row = rows.at(-1)
    if (row && row[1] + 1 === number) row[1] = number
    else rows.push([number, number])
  }
  return rows
}
