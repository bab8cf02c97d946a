import type { Command, Reply } from './types'

/** The one seam between the screens and the device: a command goes in, a reply comes out. */
export interface Backend {
  /** Rejects only when the device's program itself does not answer; a refusal is a reply. */
  call(command: Command): Promise<Reply>
  /** Reads one code with the phone's camera, `undefined` when the person gave up; absent where there is no such camera. */
  readWithCamera?(): Promise<string | undefined>
}
