import type { Backend } from './backend'
import { httpBackend } from './http'
import { tauriBackend } from './tauri'

/** Inside a window the window's process answers, in a browser the program that served the page. */
export async function chooseBackend(): Promise<Backend> {
  if (import.meta.env.DEV) {
    const example = new URLSearchParams(location.search).get('example')
    if (example !== null) return (await import('./example/example')).exampleBackend(example)
  }
  return '__TAURI_INTERNALS__' in window ? tauriBackend : httpBackend
}
