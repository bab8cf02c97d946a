import type { Messages } from './zh'

/** Everything unusual about an order: what happened, what is safe, what to do. */
export const noticesEn: Messages['notice'] = {
  contradiction: {
    worked_while_cancelled: { title: 'The order was cancelled while you worked', safe: 'Your repair and the confirmation count; the dispatcher looks at it.', next: 'Nothing more to do.' },
    cancelled_before_work: { title: 'The order was cancelled before you began', safe: 'Your work and parts are kept.', next: 'Wait for the dispatcher’s ruling; nobody is charged until then.' },
    completed_after_reassignment: { title: 'Completed while it was being reassigned', safe: 'The completion counts.', next: 'The other technician need not go.' },
    both_worked: { title: 'Two people worked on this order', safe: 'Parts of both count, labour once.', next: 'The team leader splits the labour.' },
    two_accepted: { title: 'Two people accepted this order', safe: 'The acceptance that reached the server first leads; all work is kept.', next: 'See above who leads; ask the team leader if in doubt.' },
    wrong_clock: { title: 'This device’s clock may be wrong', safe: 'All entries are kept, times are corrected by the server.', next: 'Set the phone’s time to automatic.' },
    confirmer_not_valid: { title: 'The confirmer’s number was no longer valid', safe: 'Confirmation and repair are kept.', next: 'The hospital checks it; ask the department again if needed.' },
    price_changed: { title: 'A price has changed', safe: 'The price of the day of completion counts.', next: 'Nothing to do; the difference is shown.' },
    confirmed_twice: { title: 'Confirmed twice', safe: 'The first stands, charged once.', next: 'Nothing to do.' },
    confirmed_and_refused: { title: 'One confirmed, another refused', safe: 'Both are kept; nobody is charged yet.', next: 'The dispatcher settles it; you may talk to the department.' },
    confirmer_unknown: { title: 'The confirmer’s number is not checked yet', safe: 'The repair is confirmed; nobody is charged yet.', next: 'It is checked by itself with the next staff list.' },
    confirmation_rejected: { title: 'Confirmation not valid: confirm again', safe: 'The repair is kept; only the number was not valid.', next: 'Ask somebody of the department to confirm with their own number.' },
    withdrawn_while_confirmed: { title: 'Undone while being confirmed', safe: 'The undoing stands and is marked.', next: 'The accountant checks it.' },
    returned_more_than_issued: { title: 'More came back than went out', safe: 'All entries are kept.', next: 'Check with the storekeeper.' },
    dispatch_overruled: { title: 'Another team was sent while you took the order up', safe: 'Your acceptance stands; what you did is kept.', next: 'Go on; the dispatcher tells that team.' },
    step_did_not_fit: { title: 'A step did not fit the order’s state', safe: 'It stays in the history and changed nothing.', next: 'The dispatcher looks at it.' },
  },
  situation: {
    cancelled: { title: 'The order was cancelled', safe: 'Reason: {reason}. What you recorded is kept.', next: 'No need to go.' },
    cancelled_with_parts: { title: 'The order was cancelled, its parts are out', safe: 'Reason: {reason}. What you recorded is kept.', next: 'No need to go. Bring the unused parts back to the store and scan them back below.' },
    taken_from_me: { title: 'The task went to {name}', safe: 'What you did counts and is kept.', next: 'No need to go. Give unused parts to {name}, or to the storekeeper.' },
    with_somebody_else: { title: 'Now with {name}', safe: 'What you recorded is kept.', next: 'Talk to them before you help.' },
    assigned_to_somebody_else: { title: 'Assigned to {name}', safe: 'If you accept it, you take it over, and the centre sees that.', next: 'Ask them first.' },
    merged: { title: 'Merged into another order', safe: 'What you did moved there.', next: 'Go on with the other order in the list.' },
    set_aside: { title: '{count} step without effect | {count} steps without effect', safe: 'Uploaded and kept in the history. Reason: {reason}.', next: 'Tell the team leader about this order.' },
    held: { title: '{count} step held by the server | {count} steps held by the server', safe: 'Not lost. Reason: {reason}.', next: 'Usually nothing to do; if still so after a day tell the team leader.' },
    return_requested: { title: 'Asked to give back', safe: 'Reason: {reason}. The order is still yours.', next: 'Wait for the team leader or dispatcher.' },
    suspended: { title: 'Suspended: {reason}', safe: '{note}', next: 'Tap “Resume” when work can go on.' },
    approval_pending: { title: 'Suspension to be approved', safe: 'It is in effect. Over 24 hours the team leader approves.', next: 'Nothing to do.' },
    refused: { title: 'The department says it is not done', safe: 'Reason: {reason}', next: 'Go on with the repair, then complete again.' },
  },
}
