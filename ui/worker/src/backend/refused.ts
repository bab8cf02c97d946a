import type { FaultCodeName } from './types'

/** `program_silent` is the screens' own: the device's program gave no answer at all. */
export type RefusalCode = FaultCodeName | 'program_silent'

/** A command was not done, and nothing was lost. The screens show words by `code`, never `message`. */
export class Refused extends Error {
  constructor(
    readonly code: RefusalCode,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(code)
    this.name = 'Refused'
  }
}

/** Whatever was thrown, as a refusal. */
export function refusalFrom(thrown: unknown): Refused {
  return thrown instanceof Refused ? thrown : new Refused('program_silent')
}
