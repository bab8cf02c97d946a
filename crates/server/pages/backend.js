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
  const session = await send('POST', '/api/session', { staff_no: staffNo.normalize('NFKC').trim(), password })
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

const newKey = () => crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint32Array(4))].join('-')

/**
 * A POST that is done once, however often it is pressed: while the answer is missing the same key goes along, so that the server
 * repeats its answer instead of doing it again. What was answered, saved or refused, is over: the next one has a key of its own.
 */
export function onceOnly() {
  let key = newKey()
  let underWay
  const ask = async (path, body) => {
    try {
      const answer = await send('POST', path, body, key).catch((error) => (error.code === 'unreachable' ? send('POST', path, body, key) : Promise.reject(error)))
      key = newKey()
      return answer
    } catch (error) {
      if (error.code !== 'unreachable') key = newKey()
      throw error.code === 'unreachable' ? new Refused('answer_missing') : error
    }
  }
  return (path, body) => (underWay ??= ask(path, body).finally(() => (underWay = undefined)))
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
