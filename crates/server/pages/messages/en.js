/** English; the same keys as zh.js. */
export default {
  title: 'Logistics service centre',
  otherLanguage: '中文',
  signIn: 'Sign in', signOut: 'Sign out', staffNo: 'Employee number', password: 'Password',
  newOrder: 'File an order', create: 'File it', refresh: 'Refresh', more: 'More', search: 'Number, description or code of the place', state: 'State', allNodes: 'All',
  orders: 'Orders', noOrders: 'Orders would be listed here. Choose another state, or file one.', noOrder: 'Choose an order from the list.',
  location: 'Place', fault: 'Fault class', urgency: 'Urgency', byFault: 'As the fault class says', department: 'Benefiting department', description: 'Description', callerName: 'Caller', callerNumber: 'Caller’s number',
  team: 'Team', assignee: 'Technician', reportedAt: 'Reported', dueAt: 'Due', cost: 'Estimate', confirmation: 'Confirmation', cause: 'Cause', remedy: 'Remedy', caller: 'Caller',
  parts: 'Parts', labour: 'Labour', history: 'History', contradictions: 'To be verified', choose: 'Choose', reason: 'Reason', late: 'late', none: '—',
  setAside: 'set aside', held: 'held', uncertain: 'time uncertain', overruled: 'changed nothing', notCharged: 'not charged',
  done: 'Saved.', loading: 'Reading…', override: 'A technician has taken it up; cancel all the same',
  unreachable: 'The server cannot be reached. Nothing was changed; try again.', failed: 'Not done: {code}. Nothing was changed.',
  actions: { dispatch: 'Dispatch', accept_for_team: 'Accept for the team', assign: 'Assign', reassign: 'Reassign', return: 'Return', cancel: 'Cancel' },
  nodes: {
    reported: 'To dispatch', dispatched: 'With the team', team_accepted: 'To assign', assigned: 'Assigned', accepted: 'Accepted', in_progress: 'In progress', suspended: 'Suspended',
    completed: 'To confirm', confirmed: 'To cost', disputed: 'Disputed', costed: 'To audit', audited: 'To post', posted: 'Posted', closed: 'Closed', cancelled: 'Cancelled',
    declined: 'Declined', merged: 'Merged',
  },
  urgencies: { critical: 'Critical', urgent: 'Urgent', normal: 'Normal', planned: 'Planned' },
  kinds: {
    reported: 'Reported', numbered: 'Numbered', corrected: 'Corrected', dispatched: 'Dispatched', team_accepted: 'Team accepted', assigned: 'Assigned', accepted: 'Accepted', arrived: 'Arrived',
    suspended: 'Suspended', resumed: 'Resumed', return_requested: 'Return requested', part_issued: 'Part issued', part_returned: 'Part returned', labour_added: 'Labour added', withdrawn: 'Withdrawn',
    completed: 'Completed', confirmed: 'Confirmation', reassigned: 'Reassigned', returned: 'Returned', cancelled: 'Cancelled', confirmation_judged: 'Confirmation judged', ruled: 'Ruled', unreadable: 'Unreadable',
  },
  standings: { verified: 'verified', other_department: 'other department', maintenance_staff: 'maintenance staff', unverified: 'not verified', rejected: 'rejected' },
  contradictionKinds: {
    worked_while_cancelled: 'Repaired and cancelled at the same time', cancelled_before_work: 'Cancelled before the repair', completed_after_reassignment: 'Completed by the one before', both_worked: 'Two people worked',
    two_accepted: 'Two people accepted', repeated_upload: 'Uploaded twice', wrong_clock: 'The phone’s clock is wrong', confirmer_not_valid: 'The confirmer’s number is not valid', price_changed: 'The price has changed',
    confirmed_twice: 'Confirmed twice', confirmed_and_refused: 'Confirmed and refused', confirmer_unknown: 'The confirmer’s number is unknown', confirmation_rejected: 'Confirmation rejected',
    withdrawn_while_confirmed: 'A line was withdrawn while it was confirmed', returned_more_than_issued: 'More returned than issued', step_did_not_fit: 'A step did not fit the state', dispatch_overruled: 'Dispatched while its finder took it up',
  },
  codes: {
    sign_in_failed: 'Number or password is wrong, or there were too many tries; wait a little.', session_required: 'Sign in first.', not_permitted: 'Your role may not do this. Nothing was changed.',
    transition_not_allowed: 'The order’s state does not allow this. Nothing was changed; refresh.', order_unknown: 'There is no such order in your scope.', location_unknown: 'There is no such place.', fault_unknown: 'There is no such fault class.',
    department_unknown: 'There is no such department.', team_unknown: 'There is no such team.', staff_unknown: 'The number is nobody’s today.', staff_not_valid: 'This person is not in the team.', reason_required: 'Say why.',
    field_invalid: 'Something is missing or too long.', id_reused: 'This conflicts with an earlier request; fill it in anew.', disk_full: 'The server’s disk is full. What was saved is safe; call the engineer.',
  },
}
