/** The longest number that can be typed; longer ones are not the hospital's. */
const LONGEST = 12

/** Whether a number is as long as the hospital's are: six digits, or a contractor's letter and four digits. Others need 查询. */
export function isWhole(number: string): boolean {
  return /^(\d{6}|[A-Z]\d{4})$/.test(number)
}

/** What is left of keys or a badge scan: letters and digits, full-width ones made plain, capitals. */
export function cleaned(text: string): string {
  return text.normalize('NFKC').toUpperCase().replace(/[^0-9A-Z]/g, '').slice(0, LONGEST)
}
