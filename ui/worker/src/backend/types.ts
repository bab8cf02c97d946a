// Written from the Rust types by `PLANTROOM_WRITE=1 cargo test -p device --test typescript`. Not to be edited by hand.

/**
 * Something a person can do with an order.
 */
export type Action = "accept" | "arrive" | "suspend" | "resume" | "request_return" | "issue_part" | "return_part" | "add_labour" | "withdraw" | "complete" | "confirm" | "dispatch" | "accept_for_team" | "assign" | "reassign" | "return" | "cancel" | "merge";

/**
 * What is in an `ok`. Which one follows from the command.
 */
export type Answer = OrderView | OrderPage | StaffAnswer | PartsFound | SyncReport | SyncStatus | DeviceStatus | LocationsFound | DepartmentsFound | LabourFound | FaultsFound;

/**
 * What somebody has to know, or to do, about an order; the most pressing first.
 */
export type Attention = "confirmation_rejected" | "refused" | "parts_to_return" | "cancelled" | "merged" | "taken_away" | "return_requested";

/**
 * Who called, where given: the worker rings them from the order.
 */
export type Caller = { 
/**
 * Name as said.
 */
name: string, 
/**
 * Telephone or extension.
 */
number?: string | null, };

/**
 * 渠道: how the report came in.
 */
export type Channel = "centre" | "technician" | "requester";

/**
 * Who is charged.
 */
export type Charge = "not_yet" | "department" | "awaiting" | "nobody";

/**
 * A command. `{"do":"accept","order":"…"}`
 */
export type Command = { "do": "list_orders", 
/**
 * Which.
 */
filter: ListFilter, 
/**
 * Only those that stand there.
 */
node?: Node, 
/**
 * At most so many (1 to 200).
 */
limit?: number, 
/**
 * Opaque: `next` of the page before.
 */
after?: string, } | { "do": "get_order", 
/**
 * Which.
 */
order: OrderId, } | { "do": "create_order" } & CreateOrder | { "do": "accept" } & OnOrder | { "do": "arrive", 
/**
 * The event's id; made here when absent.
 */
id?: string, 
/**
 * Which order.
 */
order: OrderId, 
/**
 * What was scanned.
 */
location?: LocationCode, } | { "do": "suspend", 
/**
 * The event's id.
 */
id?: string, 
/**
 * Which order.
 */
order: OrderId, 
/**
 * Why.
 */
cause: SuspensionCause, 
/**
 * Next date.
 */
until?: UtcMillis, 
/**
 * In words.
 */
note?: string, } | { "do": "resume" } & OnOrder | { "do": "request_return", 
/**
 * The event's id.
 */
id?: string, 
/**
 * Which order.
 */
order: OrderId, 
/**
 * Why.
 */
reason: string, } | { "do": "issue_part" } & ScanPart | { "do": "return_part" } & ScanPart | { "do": "add_labour", 
/**
 * The event's id.
 */
id?: string, 
/**
 * Which order.
 */
order: OrderId, 
/**
 * Which item.
 */
item: ItemCode, 
/**
 * How many units; checked as a whole number.
 */
quantity: number, } | { "do": "withdraw", 
/**
 * The event's id.
 */
id?: string, 
/**
 * Which order; found from the event when absent.
 */
order?: OrderId, 
/**
 * The line's event.
 */
event: EventId, } | { "do": "complete", 
/**
 * The event's id.
 */
id?: string, 
/**
 * Which order.
 */
order: OrderId, 
/**
 * 故障原因
 */
cause: string, 
/**
 * 处理措施
 */
remedy: string, } | { "do": "look_up_staff", 
/**
 * The number.
 */
staff_no: StaffNo, } | { "do": "confirm" } & Confirm | { "do": "search_parts", 
/**
 * What to look for.
 */
text: string, } | { "do": "sync_status", } | { "do": "sync_now", } | { "do": "device_status", } | { "do": "enroll", 
/**
 * The server's address.
 */
url: string, 
/**
 * The code, or the whole content of the QR code.
 */
code: string, } | { "do": "log_out", 
/**
 * The person has read that work is unsent.
 */
confirmed?: boolean, } | { "do": "set_pin", 
/**
 * The new one: 4 to 8 digits.
 */
pin: string, 
/**
 * The one before; needed where there is one.
 */
current?: string, } | { "do": "unlock", 
/**
 * The PIN.
 */
pin: string, } | { "do": "lock_now", } | { "do": "touched", } | { "do": "acknowledge_lost_numbers", 
/**
 * Those that were shown.
 */
numbers: number[], } | { "do": "search_locations", 
/**
 * What to look for.
 */
text: string, } | { "do": "search_departments", 
/**
 * What to look for.
 */
text: string, } | { "do": "search_labour", 
/**
 * What to look for; empty gives the trade's own.
 */
text: string, } | { "do": "list_faults", };

/**
 * Body of [`Command::Confirm`].
 */
export type Confirm = { 
/**
 * The event's id.
 */
id?: string, 
/**
 * Which order.
 */
order: OrderId, 
/**
 * The confirmer's number.
 */
staff_no: StaffNo, 
/**
 * Done, or not done.
 */
accepted: boolean, 
/**
 * Why not.
 */
reason?: string, 
/**
 * The person belongs to another department and that was read.
 */
other_department?: boolean, 
/**
 * The number could not be checked and that was read.
 */
unverified?: boolean, };

/**
 * A confirmation or witness.
 */
export type Confirmation = { 
/**
 * The event that says so.
 */
event: EventId, 
/**
 * The claimed number.
 */
staff_no: StaffNo, 
/**
 * The name that was shown, or that the server found.
 */
name: string | null, 
/**
 * What it is worth: the device's opinion until the server has judged.
 */
standing: Standing, 
/**
 * Whether the server has judged it.
 */
judged: boolean, 
/**
 * When, corrected time.
 */
at: UtcMillis, };

/**
 * One contradiction of one order, laid before the dispatcher (待核实处理).
 */
export type Contradiction = { 
/**
 * Which.
 */
kind: ContradictionKind, 
/**
 * Row of the table in `domain.md`.
 */
number: number | null, 
/**
 * The events it is about, in the order of the history.
 */
events: Array<EventId>, 
/**
 * The people it is about.
 */
people: Array<StaffNo>, 
/**
 * Whether somebody has to rule before anybody is charged.
 */
needs_ruling: boolean, 
/**
 * Whether a ruling was given.
 */
settled: boolean, };

/**
 * Which row of the table. The number is [`ContradictionKind::number`].
 */
export type ContradictionKind = "worked_while_cancelled" | "cancelled_before_work" | "completed_after_reassignment" | "both_worked" | "two_accepted" | "wrong_clock" | "confirmer_not_valid" | "price_changed" | "confirmed_twice" | "confirmed_and_refused" | "merged_while_repaired" | "confirmer_unknown" | "confirmation_rejected" | "confirmed_by_maintenance" | "confirmed_in_burst" | "confirmer_never_of_the_department" | "confirmed_after_many_look_ups" | "confirmer_had_left" | "withdrawn_while_confirmed" | "returned_more_than_issued" | "step_did_not_fit" | "dispatch_overruled";

/**
 * Body of [`Command::CreateOrder`].
 */
export type CreateOrder = { 
/**
 * The event's id; the order's id is in the reply.
 */
id?: string, 
/**
 * Where.
 */
location: LocationCode, 
/**
 * What.
 */
fault: FaultCode, 
/**
 * How urgent.
 */
urgency: Urgency, 
/**
 * Who is charged.
 */
department: DepartmentCode, 
/**
 * In words.
 */
description: string, 
/**
 * Who said so.
 */
caller?: Caller, };

/**
 * Department (科室).
 */
export type DepartmentCode = string;

/**
 * A department.
 */
export type DepartmentFound = { 
/**
 * Code.
 */
department: DepartmentCode, 
/**
 * Name.
 */
name: string, };

/**
 * Departments that match.
 */
export type DepartmentsFound = { 
/**
 * Best first, at most 50.
 */
departments: Array<DepartmentFound>, };

/**
 * One enrolled device store, or the server itself.
 */
export type DeviceId = string;

/**
 * Who this device is.
 */
export type DeviceStatus = { 
/**
 * Whether it belongs to somebody.
 */
enrolled: boolean, 
/**
 * Whether the person logged out here.
 */
logged_out: boolean, 
/**
 * The credential was revoked: work is kept, and sent for review.
 */
revoked: boolean, 
/**
 * Whose it is.
 */
person: Person | null, 
/**
 * The server.
 */
server_url: string | null, 
/**
 * Where the sealing key is kept: `system` or `file`.
 */
key_kept_in: string | null, 
/**
 * A damaged store was moved aside to this file name.
 */
damaged_store_moved_to: string | null, 
/**
 * The store that was here is gone: so many entries of it may not have reached the hospital. `null` when none is gone, and
 * once somebody has enrolled.
 */
missing_store_unsent: number | null, 
/**
 * Numbers of entries that were saved here, are not in the store any more and have not reached the hospital; the first 100.
 */
lost_numbers: number[], 
/**
 * Those of them that the person has read; the first 100.
 */
acknowledged_lost_numbers: number[], 
/**
 * Events without a receipt.
 */
unsent: number, 
/**
 * Whether a PIN stands before this device's work, for whoever asks.
 */
lock: LockState, 
/**
 * Wrong PINs that are left before only a new code opens the device; `null` while no PIN is set.
 */
pin_tries_left: number | null, 
/**
 * So many seconds until the next PIN may be tried.
 */
pin_wait_seconds: number, };

/**
 * What the directory on this device says of a number.
 */
export type DirectoryStanding = "valid" | "not_valid" | "unknown" | "maintenance_staff" | "own";

/**
 * Whether an event changed the state.
 */
export type Effect = "in_effect" | "overruled" | "set_aside" | "not_understood" | "held";

/**
 * One event. It is also the Automerge actor of the commit that carries the event.
 */
export type EventId = string;

/**
 * One event of the history, as shown.
 */
export type EventView = { 
/**
 * Key.
 */
id: EventId, 
/**
 * What.
 */
kind: string, 
/**
 * Who.
 */
recorder: StaffNo, 
/**
 * Name of the recorder, where known.
 */
recorder_name: string | null, 
/**
 * In what capacity.
 */
role: Role, 
/**
 * On which device.
 */
device: DeviceId, 
/**
 * The device's time.
 */
recorded_at: UtcMillis, 
/**
 * The corrected time.
 */
occurred_at: UtcMillis, 
/**
 * The corrected time is uncertain.
 */
time_uncertain: boolean, 
/**
 * When the server received it; `null` while it has not.
 */
received_at: UtcMillis | null, 
/**
 * Its place in the server's log.
 */
position: number | null, 
/**
 * The server's verdict; `null` while unsent or held.
 */
verdict: Verdict | null, 
/**
 * Why the server holds it; of what is recorded why it holds other content under its id, until somebody has left that.
 */
held: HeldReason | null, 
/**
 * It was set aside or is held, somebody has looked at it, and it stays without effect: why, in that person's words.
 */
left: string | null, 
/**
 * What became of it.
 */
effect: Effect, 
/**
 * Taken back by a later event.
 */
withdrawn: boolean, 
/**
 * A line of the asking person, who may take it back.
 */
withdrawable: boolean, 
/**
 * Names for the codes in the body, by code.
 */
names: { [key in string]: string }, 
/**
 * What its quantity counts: 个, 米; `null` where nobody knows, and where it has none.
 */
unit: string | null, 
/**
 * The body, as written.
 */
body: unknown, };

/**
 * What a person gets instead of an answer. Serialised as `{"code":…,"message":…,"details":…}`.
 */
export type Fault = { 
/**
 * Stable code.
 */
code: FaultCodeName, 
/**
 * What happened, what is safe, what to do; English, for engineers and logs. Holds no personal data.
 */
message: string, 
/**
 * Candidates and values.
 */
details: unknown, };

/**
 * Fault class (故障分类).
 */
export type FaultCode = string;

/**
 * A stable code. Codes are never renamed or reused.
 */
export type FaultCodeName = "bad_request" | "field_invalid" | "quantity_invalid" | "order_unknown" | "order_not_on_device" | "order_damaged" | "transition_not_allowed" | "not_permitted" | "id_reused" | "repeated_scan" | "part_unknown" | "part_ambiguous" | "more_than_issued" | "item_unknown" | "location_unknown" | "fault_unknown" | "department_unknown" | "warehouse_unknown" | "team_unknown" | "event_unknown" | "not_withdrawable" | "staff_unknown" | "staff_not_valid" | "other_department" | "too_many_look_ups" | "own_staff_no" | "reason_required" | "not_enrolled" | "already_enrolled" | "other_server" | "code_invalid" | "server_unreachable" | "server_answer_unreadable" | "server_failed" | "credential_revoked" | "sync_running" | "disk_full" | "store_damaged" | "store_newer" | "store_failed" | "unsent_work" | "locked" | "pin_wrong" | "pin_wait" | "pin_blocked" | "pin_unfit" | "order_full" | "sign_in_failed" | "session_required" | "not_admittable" | "not_mergeable" | "not_found" | "internal";

/**
 * A fault class.
 */
export type FaultFound = { 
/**
 * Code.
 */
fault: FaultCode, 
/**
 * Name.
 */
name: string, 
/**
 * Suggested urgency.
 */
default_urgency: Urgency, 
/**
 * Of the team's own trade.
 */
own_trade: boolean, };

/**
 * Fault classes.
 */
export type FaultsFound = { 
/**
 * The team's trade first.
 */
faults: Array<FaultFound>, };

/**
 * An amount in fen; negative for a credit.
 */
export type Fen = number;

/**
 * Why an event is kept outside its document for the time being.
 */
export type HeldReason = "predecessor_missing" | "malformed" | "oversized" | "credential_revoked" | "id_taken" | "order_full" | "too_many_set_aside" | "too_many_held" | "unknown";

/**
 * Repair item of the price list (维修项目).
 */
export type ItemCode = string;

/**
 * One labour line of an order.
 */
export type LabourCostLine = { 
/**
 * The event, for undoing it.
 */
event: EventId, 
/**
 * Which item.
 */
item: ItemCode, 
/**
 * Its name, where known.
 */
name: string | null, 
/**
 * How many units.
 */
quantity: number, 
/**
 * Price in force, fen.
 */
unit_price_fen: Fen, 
/**
 * Whether it is charged: not when the other contributor's labour is (contradiction 4), nor when no list has it.
 */
charged: boolean, };

/**
 * Labour items that match.
 */
export type LabourFound = { 
/**
 * Best first, at most 50.
 */
items: Array<LabourItemFound>, };

/**
 * A labour item with its price today.
 */
export type LabourItemFound = { 
/**
 * Code.
 */
item: ItemCode, 
/**
 * Name.
 */
name: string, 
/**
 * Unit.
 */
unit: string, 
/**
 * Fen a unit.
 */
unit_price_fen: Fen, 
/**
 * 含材料
 */
includes_material: boolean, };

/**
 * Which orders.
 */
export type ListFilter = "mine" | "team" | "done" | "attention" | "free";

/**
 * Place (位置), also the content of its QR label.
 */
export type LocationCode = string;

/**
 * A place.
 */
export type LocationFound = { 
/**
 * Code.
 */
location: LocationCode, 
/**
 * In words.
 */
label: string, };

/**
 * Places that match.
 */
export type LocationsFound = { 
/**
 * Best first, at most 50.
 */
locations: Array<LocationFound>, };

/**
 * Whether a PIN stands before this device's work.
 */
export type LockState = "none" | "open" | "locked";

/**
 * A state of a work order; the words on the screen are in the message files.
 */
export type Node = "reported" | "dispatched" | "team_accepted" | "assigned" | "accepted" | "in_progress" | "suspended" | "completed" | "confirmed" | "disputed" | "costed" | "audited" | "posted" | "closed" | "cancelled" | "declined" | "merged";

/**
 * A command that needs nothing but the order.
 */
export type OnOrder = { 
/**
 * The event's id; made here when absent.
 */
id?: string, 
/**
 * Which order.
 */
order: OrderId, };

/**
 * One work order, for ever. The human number ([`crate::event::EventBody::Numbered`]) comes later, from the server.
 */
export type OrderId = string;

/**
 * A page of a list.
 */
export type OrderPage = { 
/**
 * The rows.
 */
orders: Array<OrderSummary>, 
/**
 * For `after`; `null` at the end.
 */
next: string | null, };

/**
 * An order in a list: from an indexed row, never replayed.
 */
export type OrderSummary = { 
/**
 * Key.
 */
id: OrderId, 
/**
 * Server's or temporary number.
 */
number: string, 
/**
 * Where it stands.
 */
node: Node, 
/**
 * How urgent.
 */
urgency: Urgency, 
/**
 * Code of the place.
 */
location: LocationCode, 
/**
 * The place in words.
 */
location_label: string | null, 
/**
 * Code of the fault class.
 */
fault: FaultCode, 
/**
 * The fault class in words.
 */
fault_name: string | null, 
/**
 * Code of the department.
 */
department: DepartmentCode, 
/**
 * Its name.
 */
department_name: string | null, 
/**
 * In words.
 */
description: string, 
/**
 * The team that has it.
 */
team: TeamCode | null, 
/**
 * The technician who has it.
 */
assignee: StaffNo | null, 
/**
 * Name of the technician.
 */
assignee_name: string | null, 
/**
 * That is the asking person, and no earlier holder of their number. The centre's lists are nobody's own: there it is `false`.
 */
has_it: boolean, 
/**
 * When reported.
 */
reported_at: UtcMillis, 
/**
 * When the next thing is due.
 */
due_at: UtcMillis | null, 
/**
 * When it ended; `null` while it is open.
 */
done_at: UtcMillis | null, 
/**
 * Who confirmed: the name, or the number where nobody knows the name.
 */
confirmed_by: string | null, 
/**
 * Somebody has to look.
 */
needs_attention: boolean, 
/**
 * What the asking person has to know or do beyond the next step.
 */
attention: Attention | null, 
/**
 * Where the work is.
 */
upload: Upload, 
/**
 * An entry of it is set aside or held, and nobody has looked at it yet. The centre lists such entries under 核查.
 */
undecided: boolean, };

/**
 * An order, whole.
 */
export type OrderView = { 
/**
 * Key.
 */
id: OrderId, 
/**
 * `GD20261121-0042`, or the temporary number until the server has given one.
 */
number: string, 
/**
 * The number is the temporary one.
 */
number_is_temporary: boolean, 
/**
 * Where it stands.
 */
node: Node, 
/**
 * How urgent.
 */
urgency: Urgency, 
/**
 * Code of the place.
 */
location: LocationCode, 
/**
 * The place in words.
 */
location_label: string | null, 
/**
 * Code of the fault class.
 */
fault: FaultCode, 
/**
 * The fault class in words.
 */
fault_name: string | null, 
/**
 * Code of the department that is charged.
 */
department: DepartmentCode, 
/**
 * Its name.
 */
department_name: string | null, 
/**
 * In words.
 */
description: string, 
/**
 * Who called.
 */
caller: Caller | null, 
/**
 * When reported, corrected time.
 */
reported_at: UtcMillis, 
/**
 * The team that has it.
 */
team: TeamCode | null, 
/**
 * Its name.
 */
team_name: string | null, 
/**
 * The technician who has it.
 */
assignee: StaffNo | null, 
/**
 * Name of the technician.
 */
assignee_name: string | null, 
/**
 * Taken up without having been assigned.
 */
took_over: boolean, 
/**
 * Others who worked on it.
 */
helpers: Array<StaffNo>, 
/**
 * People whose task was withdrawn.
 */
withdrawn_from: Array<StaffNo>, 
/**
 * Skipped nodes.
 */
skipped: Array<Node>, 
/**
 * When the next thing is due; `null` when nothing is.
 */
due_at: UtcMillis | null, 
/**
 * First arrival on site.
 */
arrived_at: UtcMillis | null, 
/**
 * Last completion.
 */
completed_at: UtcMillis | null, 
/**
 * 故障原因
 */
cause: string | null, 
/**
 * 处理措施
 */
remedy: string | null, 
/**
 * While suspended.
 */
suspension: Suspension | null, 
/**
 * Unsettled request to give the order back.
 */
return_request: ReturnRequest | null, 
/**
 * The history, in replay order.
 */
events: Array<EventView>, 
/**
 * One line a part, net.
 */
parts: Array<PartLine>, 
/**
 * One line a labour event that stands.
 */
labour: Array<LabourCostLine>, 
/**
 * 暂估, fen.
 */
cost_fen: Fen, 
/**
 * What the worker was shown, where it differs.
 */
shown_fen: Fen | null, 
/**
 * Who is charged.
 */
charge: Charge, 
/**
 * The confirmation that stands.
 */
confirmation: Confirmation | null, 
/**
 * Further confirmations.
 */
witnesses: Array<Confirmation>, 
/**
 * Times the department refused.
 */
refusals: number, 
/**
 * What does not fit together.
 */
contradictions: Array<Contradiction>, 
/**
 * What the asking person may do next.
 */
next_actions: Array<Action>, 
/**
 * What the order is to the asking person.
 */
own_part: OwnPart, 
/**
 * Where the work is.
 */
upload: Upload, 
/**
 * An entry of it is set aside or held, and nobody has looked at it yet.
 */
undecided: boolean, 
/**
 * Events that the server holds for this order and that [`OrderView::events`] does not show, because they are too many.
 */
held_not_shown: number, 
/**
 * How many of these nobody has looked at yet.
 */
undecided_not_shown: number, };

/**
 * What an order is to the person who asks; what it was to an earlier holder of their number it is not to them
 * (`docs/decisions/021-a-history-tells-of-whoever-held-the-number-then.md`).
 */
export type OwnPart = "has_it" | "helps" | "taken_away" | "took_part" | "nothing";

/**
 * Spare part (备件).
 */
export type PartCode = string;

/**
 * A part.
 */
export type PartFound = { 
/**
 * Code.
 */
part: PartCode, 
/**
 * Name.
 */
name: string, 
/**
 * Brand.
 */
brand: string, 
/**
 * Unit.
 */
unit: string, 
/**
 * Price today, fen.
 */
unit_price_fen: Fen, 
/**
 * Supplier's barcode.
 */
supplier_barcode: string | null, };

/**
 * One part of an order.
 */
export type PartLine = { 
/**
 * Which part.
 */
part: PartCode, 
/**
 * Its name, where known.
 */
name: string | null, 
/**
 * Its unit, where known.
 */
unit: string | null, 
/**
 * Issued less returned.
 */
quantity: number, 
/**
 * Price in force, fen.
 */
unit_price_fen: Fen, 
/**
 * Whether it is charged: not when a labour item includes material, nor when more came back than went out, nor when no list has it.
 */
charged: boolean, };

/**
 * Parts that match.
 */
export type PartsFound = { 
/**
 * Best first.
 */
parts: Array<PartFound>, };

/**
 * The person of the device.
 */
export type Person = { 
/**
 * Number.
 */
staff_no: StaffNo, 
/**
 * Name.
 */
name: string, 
/**
 * Role.
 */
role: Role, 
/**
 * Team.
 */
team: TeamCode | null, 
/**
 * Name of the team.
 */
team_name: string | null, 
/**
 * Store that scans draw from.
 */
warehouse: WarehouseCode | null, };

/**
 * `{"ok":…}` or `{"error":{"code":…,"message":…,"details":…}}`
 */
export type Reply = { "ok": Answer } | { "error": Fault };

/**
 * The technician asked to give the order back.
 */
export type ReturnRequest = { 
/**
 * The request.
 */
event: EventId, 
/**
 * Who asks.
 */
recorder: StaffNo, 
/**
 * Why.
 */
reason: string, };

/**
 * In what capacity somebody recorded an event or calls the centre.
 */
export type Role = "requester" | "service_operator" | "dispatcher" | "team_leader" | "technician" | "storekeeper" | "cost_accountant" | "cost_auditor" | "quality_supervisor" | "logistics_manager" | "system_admin" | "security_admin" | "audit_admin" | "system";

/**
 * Body of [`Command::IssuePart`] and [`Command::ReturnPart`].
 */
export type ScanPart = { 
/**
 * The event's id.
 */
id?: string, 
/**
 * Which order.
 */
order: OrderId, 
/**
 * Part code or supplier barcode, scanned or typed.
 */
scan: string, 
/**
 * How many; checked as a whole number.
 */
quantity: number, 
/**
 * Which store; that of the team's campus when absent.
 */
warehouse?: WarehouseCode, 
/**
 * A second scan of the same within five seconds is meant.
 */
again?: boolean, };

/**
 * Why an event is set aside.
 */
export type SetAsideReason = "other_recorder" | "role_not_held" | "kind_not_permitted" | "out_of_scope" | "unknown_kind" | "unknown";

/**
 * Whose number it is.
 */
export type StaffAnswer = { 
/**
 * The number.
 */
staff_no: StaffNo, 
/**
 * The name.
 */
name: string | null, 
/**
 * Code of the department.
 */
department: DepartmentCode | null, 
/**
 * Its name.
 */
department_name: string | null, 
/**
 * What the directory says.
 */
standing: DirectoryStanding, };

/**
 * Employee number (工号). Numbers are reissued, so a number means a person only together with a date.
 */
export type StaffNo = string;

/**
 * What a confirmation is worth (`domain.md`, "Who records, who confirms").
 */
export type Standing = "verified" | "other_department" | "maintenance_staff" | "unverified" | "rejected";

/**
 * 挂单
 */
export type Suspension = { 
/**
 * Why.
 */
cause: SuspensionCause, 
/**
 * When work goes on.
 */
until: UtcMillis | null, 
/**
 * In words.
 */
note: string | null, 
/**
 * Since when.
 */
since: UtcMillis, 
/**
 * Longer than 24 h: in effect at once, the leader still has to approve.
 */
approval_pending: boolean, };

/**
 * Why work waits.
 */
export type SuspensionCause = "parts" | "outside_help" | "access" | "procurement";

/**
 * One exchange until quiet.
 */
export type SyncReport = { 
/**
 * Events that got a receipt.
 */
sent: number, 
/**
 * Events and orders that came.
 */
received: number, 
/**
 * Own events that were set aside.
 */
set_aside: number, 
/**
 * Bytes of request bodies as sent.
 */
bytes_up: number, 
/**
 * Bytes of answer bodies as received.
 */
bytes_down: number, 
/**
 * Requests.
 */
round_trips: number, };

/**
 * How far this device and the hospital agree.
 */
export type SyncStatus = { 
/**
 * Events without a receipt.
 */
unsent: number, 
/**
 * Events of this device, of orders on it, that the server holds and that nobody has looked at yet.
 */
held: number, 
/**
 * Own events of orders on this device that were set aside and that nobody has looked at yet, also those that the person recorded on
 * another phone. What is of orders that were put away is not among them: nobody could open it here; the centre's 核查 has it.
 */
set_aside: number, 
/**
 * Last exchange that reached its end; `null` when there was none.
 */
last_contact: UtcMillis | null, 
/**
 * 名单截至: when the reference data here was last confirmed to be current.
 */
reference_as_of: UtcMillis | null, };

/**
 * Maintenance team (班组).
 */
export type TeamCode = string;

/**
 * Where the work on an order is: on this device, or at the hospital.
 */
export type Upload = "set_aside" | "held" | "local" | "stored";

/**
 * 紧急程度
 */
export type Urgency = "critical" | "urgent" | "normal" | "planned";

/**
 * An instant: milliseconds since 1970-01-01T00:00:00Z.
 */
export type UtcMillis = number;

/**
 * The server's judgement of who recorded what, never of the workflow. A verdict that a newer server gives and this program
 * does not know reads as set aside: what is not understood has no effect.
 */
export type Verdict = { "verdict": "admitted" } | { "verdict": "set_aside", "reason": SetAsideReason };

/**
 * Store of parts (库房).
 */
export type WarehouseCode = string;
