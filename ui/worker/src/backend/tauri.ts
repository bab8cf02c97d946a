import { invoke } from '@tauri-apps/api/core'
import { Format, checkPermissions, requestPermissions, scan } from '@tauri-apps/plugin-barcode-scanner'

import type { Backend } from './backend'
import { pageWord } from './page'
import type { Command, Reply } from './types'

const FORMATS = [Format.QRCode, Format.Code128, Format.EAN13, Format.EAN8]

/** The window's own process: one command, `call`; on a phone also the camera. */
export const tauriBackend: Backend = {
  call: (command: Command) => invoke<Reply>('call', { command, page: pageWord() }),
  ...(isPhone() ? { readWithCamera } : {}),
}

/** The scanner is in the phones' programs only. */
function isPhone(): boolean {
  return /Android|iPhone|iPad/.test(navigator.userAgent)
}

async function readWithCamera(): Promise<string | undefined> {
  const given = await checkPermissions()
  if (given !== 'granted' && (await requestPermissions()) !== 'granted') return undefined
  const read = await scan({ formats: FORMATS, windowed: false }).catch(() => undefined)
  return read?.content
}
