import type { Refused } from '../backend/refused'

/** What was wrong with an enrolment where more is known than the code says, as a key of a message; `undefined` where the code's own sentence fits. */
export function enrolmentRefused(refusal: Refused, { isMoving, isSameServer }: { isMoving: boolean; isSameServer: boolean }): 'enrol.addressWrong' | 'enrol.unreachable' | 'enrol.sameAddress' | 'enrol.codeOfAnother' | undefined {
  if (refusal.code === 'bad_request' && refusal.details['field'] === 'url') return 'enrol.addressWrong'
  // Nothing goes up by itself from a device that is not enrolled there.
  if (refusal.code === 'server_unreachable') return 'enrol.unreachable'
  if (refusal.code !== 'already_enrolled' || !isMoving) return undefined
  return isSameServer ? 'enrol.sameAddress' : 'enrol.codeOfAnother'
}
