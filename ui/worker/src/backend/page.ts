let word = newWord()

/** The random word by which this page names itself to the device: once it has given the PIN, it alone is open. */
export function pageWord(): string {
  return word
}

/** What this page opened is closed from now on, also where the device does not hear of it. */
export function forgetPage(): void {
  word = newWord()
}

function newWord(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
