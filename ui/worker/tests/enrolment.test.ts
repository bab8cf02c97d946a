import { describe, expect, it } from 'vitest'

import { Refused } from '../src/backend/refused'
import type { RefusalCode } from '../src/backend/refused'
import { enrolmentRefused } from '../src/session/enrolmentRefused'

function check(code: RefusalCode, details: Record<string, unknown>, where: { isMoving: boolean; isSameServer: boolean }, words: string | undefined): void {
  expect(enrolmentRefused(new Refused(code, details), where)).toBe(words)
}

describe('an enrolment that is refused', () => {
  const moving = { isMoving: true, isSameServer: false }
  it('says that the address is wrong, and not that the program is old', () => check('bad_request', { field: 'url' }, moving, 'enrol.addressWrong'))
  it('promises nothing where the server does not answer', () => check('server_unreachable', {}, { isMoving: false, isSameServer: false }, 'enrol.unreachable'))
  it('says that the server has not moved', () => check('already_enrolled', {}, { isMoving: true, isSameServer: true }, 'enrol.sameAddress'))
  it('says whose code it has to be', () => check('already_enrolled', {}, moving, 'enrol.codeOfAnother'))
  it('has the sentence of its code otherwise', () => {
    check('already_enrolled', {}, { isMoving: false, isSameServer: true }, undefined)
    check('bad_request', {}, moving, undefined)
    check('code_invalid', {}, moving, undefined)
  })
})
