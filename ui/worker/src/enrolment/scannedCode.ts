/** What a scanned enrolment code says. */
export interface ScannedEnrolment {
  readonly url: string
  readonly code: string
}

/**
 * Understands the content of an enrolment QR code: JSON `{"url":…,"code":…}`, or an address that carries `code` as a query
 * or fragment. `undefined` when it is neither.
 */
export function readScannedEnrolment(content: string): ScannedEnrolment | undefined {
  const text = content.trim()
  return text.startsWith('{') ? fromJson(text) : fromAddress(text)
}

function fromJson(text: string): ScannedEnrolment | undefined {
  try {
    const { url, code } = JSON.parse(text) as Record<string, unknown>
    return typeof url === 'string' && typeof code === 'string' ? { url, code } : undefined
  } catch {
    return undefined
  }
}

function fromAddress(text: string): ScannedEnrolment | undefined {
  if (!/^https?:\/\//i.test(text)) return undefined
  try {
    const address = new URL(text)
    const code = address.searchParams.get('code') ?? new URLSearchParams(address.hash.replace(/^#\/?/, '')).get('code')
    return code ? { url: address.origin, code } : undefined
  } catch {
    return undefined
  }
}
