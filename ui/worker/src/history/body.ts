/** A text field of an event's body; empty when the body has none. Bodies are kept as written, so nothing is taken for granted. */
export function bodyText(body: unknown, field: string): string {
  const value = fieldOf(body, field)
  return typeof value === 'string' ? value : ''
}

/** A number of an event's body; `undefined` when the body has none. */
export function bodyNumber(body: unknown, field: string): number | undefined {
  const value = fieldOf(body, field)
  return typeof value === 'number' ? value : undefined
}

/** Any field of an event's body. */
export function fieldOf(body: unknown, field: string): unknown {
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[field] : undefined
}
