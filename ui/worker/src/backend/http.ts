import type { Backend } from './backend'
import { pageWord } from './page'
import type { Command, Reply } from './types'

/** The device's program on this machine, serving the page and answering `POST /call` on the same origin. */
export const httpBackend: Backend = {
  async call(command: Command): Promise<Reply> {
    const response = await fetch('call', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'plantroom-page': pageWord() },
      body: JSON.stringify(command),
    })
    return (await response.json()) as Reply
  },
}
