/** The only file that knows HTTP. */

let token = sessionStorage.getItem('token') ?? ''

/** What the server refused, with its stable code. */
export class Refused extends Error {
  constructor(code, details) {
    super(code)
    this.code = code
    this.details = details
  }
}

export const isSignedIn = () => token !== ''

export async function signIn(staffNo, password) {
  const session = await send('POST', '/api/session', { staff_no: staffNo, password })
  keep(session.token)
  return session.person
}

export async function signOut() {
  try {
    await send('DELETE', '/api/session')
  } finally {
    keep('')
  }
}

export const get = (path, query = {}) => send('GET', `${path}?${new URLSearchParams(query)}`)

/** A POST with a key of its own: `again` sends the very same request once more when the answer was lost. */
export function post(path, body) {
  const key = crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint32Array(4))].join('-')
  const attempt = () => send('POST', path, body, key)
  return attempt().catch((error) => (error instanceof Refused && error.code !== 'unreachable' ? Promise.reject(error) : attempt()))
}

function keep(value) {
  token = value
  sessionStorage.setItem('token', value)
}

async function send(method, path, body, key) {
  const headers = { Authorization: `Bearer ${token}` }
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  if (key) headers['Idempotency-Key'] = key
  const response = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) }).catch(() => {
    throw new Refused('unreachable')
  })
  return read(response)
}

async function read(response) {
  if (response.status === 204) return undefined
  const answer = await response.json().catch(() => ({ error: { code: 'unreachable' } }))
  if (!answer.error) return answer
  if (answer.error.code === 'session_required') keep('')
  throw new Refused(answer.error.code, answer.error.details)
}
