import { invoke } from '@tauri-apps/api/core'

import type { Backend } from './backend'
import type { Command, Reply } from './types'

/** The window's own process: one command, `call`. */
export const tauriBackend: Backend = {
  call: (command: Command) => invoke<Reply>('call', { command }),
}
