-- The server's store. The tables of the reference data come before (shared/reference.sql).
-- Ids are 16-byte blobs, instants UTC milliseconds, days text, predecessors a blob of 16 bytes each, hashes SHA-256.

-- What there is one of.
CREATE TABLE meta (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- One row. Positions are safe with several writers, because whoever appends holds this row to its commit.
CREATE TABLE counters (
    only               INTEGER NOT NULL PRIMARY KEY CHECK (only = 1),
    log_end            INTEGER NOT NULL,
    own_sequence       INTEGER NOT NULL,
    reference_revision INTEGER NOT NULL
) STRICT;
INSERT INTO counters VALUES (1, 0, 0, 0);

-- The one log. kind: event, verdict, outcome, entered, left, reference.
-- subject: `team:T01` or `staff:025518` for entered and left, `device:…` for outcome. content: verdict or outcome as JSON.
-- mark: drawn for each entry. A log that was restored from a backup and has grown again has other marks at the positions that
-- it lost, so a device that read those finds out, whoever restored it and however.
CREATE TABLE log (
    position INTEGER NOT NULL PRIMARY KEY,
    mark     INTEGER NOT NULL DEFAULT (random()),
    kind     TEXT NOT NULL,
    order_id BLOB,
    event_id BLOB,
    subject  TEXT,
    content  TEXT
) STRICT;

-- Events, in the order of the log: a new one comes to the end of the table. Clustered by order, a shift that is sent would move the
-- neighbours of every order in it, four pages for each, and few events fit into a page of such a tree.
-- review_id: the event by which somebody left one as it is that was set aside; derived from that event.
CREATE TABLE events (
    position           INTEGER NOT NULL PRIMARY KEY,
    order_id           BLOB NOT NULL,
    event_id           BLOB NOT NULL,
    bytes              BLOB NOT NULL,
    predecessors       BLOB NOT NULL,
    received_at        INTEGER NOT NULL,
    verdict            TEXT NOT NULL,
    judged_at_position INTEGER NOT NULL,
    digest             BLOB NOT NULL,
    review_id          BLOB
) STRICT;
CREATE UNIQUE INDEX events_by_id ON events (event_id);
CREATE INDEX events_by_order ON events (order_id);
CREATE INDEX events_set_aside ON events (received_at, event_id) WHERE verdict <> 'admitted';
CREATE INDEX events_undecided ON events (order_id) WHERE verdict <> 'admitted' AND review_id IS NULL;

-- Events outside their documents for the time being. The same id may be held from two devices, and with several contents from one
-- (content: SHA-256 of bytes). size: of bytes. open: 1 until somebody has left it as it is; what is open counts against the limits
-- of its device (`sync::holding`).
CREATE TABLE held (
    event_id     BLOB NOT NULL,
    device_id    BLOB NOT NULL,
    content      BLOB NOT NULL,
    order_id     BLOB NOT NULL,
    sequence     INTEGER NOT NULL,
    bytes        BLOB NOT NULL,
    predecessors BLOB NOT NULL,
    received_at  INTEGER NOT NULL,
    reason       TEXT NOT NULL,
    size         INTEGER NOT NULL,
    open         INTEGER NOT NULL DEFAULT 1 CHECK (open IN (0, 1)),
    PRIMARY KEY (event_id, device_id, content)
) STRICT, WITHOUT ROWID;
CREATE INDEX held_by_order ON held (order_id, received_at, sequence, open);
CREATE INDEX held_by_time ON held (received_at, event_id);
CREATE INDEX held_open_by_device ON held (device_id, order_id, size) WHERE open = 1;

-- Who looked at a held event and left it as it is, when and why; what is in no document has no other place for it. It stays when
-- the event is recorded after all.
CREATE TABLE held_reviews (
    event_id    BLOB NOT NULL,
    device_id   BLOB NOT NULL,
    content     BLOB NOT NULL,
    reviewed_at INTEGER NOT NULL,
    reviewed_by TEXT NOT NULL,
    reason      TEXT NOT NULL,
    PRIMARY KEY (event_id, device_id, content)
) STRICT, WITHOUT ROWID;

-- Which predecessor a held event waits for.
CREATE TABLE waits (
    predecessor_id BLOB NOT NULL,
    event_id       BLOB NOT NULL,
    device_id      BLOB NOT NULL,
    content        BLOB NOT NULL,
    PRIMARY KEY (predecessor_id, event_id, device_id, content),
    FOREIGN KEY (event_id, device_id, content) REFERENCES held (event_id, device_id, content) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX waits_by_event ON waits (event_id, device_id, content);

-- Rows of orders, derived from the events and written with them. Lists and searches read these, never a replay.
CREATE TABLE orders (
    order_id        BLOB NOT NULL PRIMARY KEY,
    number          TEXT,
    node            TEXT NOT NULL,
    urgency         TEXT NOT NULL,
    location_code   TEXT NOT NULL,
    fault_code      TEXT NOT NULL,
    department_code TEXT NOT NULL,
    description     TEXT NOT NULL,
    team_code       TEXT,
    assignee        TEXT,
    helpers         TEXT NOT NULL,
    reporter        TEXT NOT NULL,
    reported_at     INTEGER NOT NULL,
    due_at          INTEGER,
    done_at         INTEGER,
    needs_attention INTEGER NOT NULL,
    attention       TEXT,
    withdrawn_from  TEXT NOT NULL,
    since           INTEGER,
    confirmed_by    TEXT,
    parts_with      TEXT NOT NULL,
    took_part       TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX orders_by_time ON orders (reported_at, order_id);
CREATE INDEX orders_by_node ON orders (node, reported_at, order_id);
CREATE INDEX orders_by_team ON orders (team_code, reported_at, order_id);
CREATE INDEX orders_by_department ON orders (department_code, reported_at, order_id);
CREATE INDEX orders_by_reporter ON orders (reporter, reported_at, order_id);
CREATE INDEX orders_by_due ON orders (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX orders_by_attention ON orders (needs_attention, reported_at, order_id) WHERE needs_attention = 1;
CREATE INDEX orders_by_number ON orders (number) WHERE number IS NOT NULL;

-- Who called about an order, name and number in one, derived from its report: found by at the centre, sent to nobody.
CREATE TABLE callers (
    order_id BLOB NOT NULL PRIMARY KEY,
    caller   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Whose order it is, from which position to which; open while to_position is null.
CREATE TABLE scope (
    order_id      BLOB NOT NULL,
    subject       TEXT NOT NULL,
    from_position INTEGER NOT NULL,
    to_position   INTEGER,
    PRIMARY KEY (order_id, subject, from_position)
) STRICT, WITHOUT ROWID;
CREATE INDEX scope_open ON scope (subject, order_id) WHERE to_position IS NULL;

-- Confirmations that are judged again after the next import of staff.
CREATE TABLE unverified_confirmations (
    event_id BLOB NOT NULL PRIMARY KEY,
    order_id BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Judged confirmations, derived from the events and written with them: who confirmed whose work when, and why somebody has to
-- look at it (doubts: a JSON list, `[]` for most). review_id: the event by which somebody said that they have.
CREATE TABLE confirmations (
    event_id    BLOB NOT NULL PRIMARY KEY,
    order_id    BLOB NOT NULL,
    confirmer   TEXT NOT NULL,
    recorder    TEXT NOT NULL,
    accepted    INTEGER NOT NULL,
    occurred_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    standing    TEXT NOT NULL,
    doubts      TEXT NOT NULL,
    review_id   BLOB
) STRICT, WITHOUT ROWID;
CREATE INDEX confirmations_of_order ON confirmations (order_id);
CREATE INDEX confirmations_of_pair ON confirmations (confirmer, recorder, occurred_at);
CREATE INDEX confirmations_of_confirmer ON confirmations (confirmer, occurred_at);
CREATE INDEX confirmations_doubtful ON confirmations (received_at, event_id) WHERE doubts <> '[]';

-- Enrolled devices. The secret itself is only on the device. holder_name and holder_from, here and below: who held the number when
-- the device, code, password or session was given to them, and from which day; numbers are reissued, and lists come late.
-- scope_subjects: its person's, as last noticed,
-- and scope_from: the position from which they hold; progress that began before it begins anew.
-- past_subjects: every one it ever had, by which work on an order that has left the scope is still judged.
-- past_roles: its person's before each change of the lists, by which work from before the change is still judged.
-- A device whose reference data is older than campus_from_revision gets that of its campus whole.
CREATE TABLE devices (
    device_id            BLOB NOT NULL PRIMARY KEY,
    staff_no             TEXT NOT NULL,
    holder_name          TEXT NOT NULL,
    holder_from          TEXT NOT NULL,
    secret_sha256        BLOB NOT NULL,
    enrolled_at          INTEGER NOT NULL,
    last_heard_at        INTEGER,
    revoked_at           INTEGER,
    revoked_by           TEXT,
    scope_subjects       TEXT NOT NULL DEFAULT '',
    scope_from           INTEGER NOT NULL DEFAULT 0,
    past_subjects        TEXT NOT NULL DEFAULT '',
    past_roles           TEXT NOT NULL DEFAULT '',
    campus_code          TEXT,
    campus_from_revision INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- Which numbers of a device's events have arrived, as inclusive ranges that never touch.
CREATE TABLE device_sequences (
    device_id BLOB NOT NULL,
    first     INTEGER NOT NULL,
    last      INTEGER NOT NULL,
    PRIMARY KEY (device_id, first)
) STRICT, WITHOUT ROWID;

-- One-time codes; one that was used stays, so that the same device may ask again when the answer was lost.
CREATE TABLE enrolment_codes (
    code_sha256 BLOB NOT NULL PRIMARY KEY,
    staff_no    TEXT NOT NULL,
    holder_name TEXT NOT NULL,
    holder_from TEXT NOT NULL,
    expires_at  INTEGER NOT NULL,
    used_by     BLOB
) STRICT, WITHOUT ROWID;

-- Argon2id in PHC notation.
CREATE TABLE passwords (
    staff_no    TEXT NOT NULL PRIMARY KEY,
    holder_name TEXT NOT NULL,
    holder_from TEXT NOT NULL,
    phc         TEXT NOT NULL,
    set_at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Failed sign-ins in a row. counted_as: the number of a person of the staff list; numbers that are nobody's share a fixed
-- count of rows, so that made-up ones do not fill the table. source: from where, as two bytes of a salted hash, so that no address is
-- kept; empty for those from everywhere together.
CREATE TABLE sign_in_failures (
    counted_as   TEXT NOT NULL,
    source       TEXT NOT NULL,
    failures     INTEGER NOT NULL,
    locked_until INTEGER NOT NULL,
    PRIMARY KEY (counted_as, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_failures_by_time ON sign_in_failures (locked_until);

-- From where somebody has signed in lately: what others fail elsewhere does not keep them out there.
CREATE TABLE sign_in_sources (
    staff_no     TEXT NOT NULL,
    source       TEXT NOT NULL,
    signed_in_at INTEGER NOT NULL,
    PRIMARY KEY (staff_no, source)
) STRICT, WITHOUT ROWID;

-- used_at: when it was last used, noted every few minutes; a session ends when it lies idle, and at expires_at in any case.
CREATE TABLE sessions (
    token_sha256 BLOB NOT NULL PRIMARY KEY,
    staff_no     TEXT NOT NULL,
    holder_name  TEXT NOT NULL,
    holder_from  TEXT NOT NULL,
    opened_at    INTEGER NOT NULL,
    used_at      INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What the auditor reads: deeds that are no events of an order, written with them and never changed, but that repeats of a sign-in within an
-- hour are counted in one line (times, last_at). by_staff: who; '' for the program on the server's machine and whoever is not known.
-- about: a staff number, or the id of a device or event; '' where there is none. place: from where, as two bytes of a salted hash like
-- that of sign_in_failures, or session, device, machine.
CREATE TABLE audit_trail (
    position INTEGER NOT NULL PRIMARY KEY,
    at       INTEGER NOT NULL,
    last_at  INTEGER NOT NULL,
    times    INTEGER NOT NULL,
    deed     TEXT NOT NULL,
    by_staff TEXT NOT NULL,
    about    TEXT NOT NULL,
    place    TEXT NOT NULL
) STRICT;
CREATE INDEX audit_trail_of_sign_ins ON audit_trail (by_staff, about, place, deed, at) WHERE deed IN ('signed_in', 'sign_in_refused', 'locked_out');

-- Replies to POSTs with an Idempotency-Key, kept for a day.
CREATE TABLE idempotent_replies (
    staff_no       TEXT NOT NULL,
    key            TEXT NOT NULL,
    request_sha256 BLOB NOT NULL,
    status         INTEGER NOT NULL,
    body           TEXT NOT NULL,
    replied_at     INTEGER NOT NULL,
    PRIMARY KEY (staff_no, key)
) STRICT, WITHOUT ROWID;

-- The last number given on a day of the hospital.
CREATE TABLE order_numbers (
    day  TEXT NOT NULL PRIMARY KEY,
    last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Reference data that never leaves the server.
CREATE TABLE contractors (
    contractor_code TEXT NOT NULL PRIMARY KEY,
    name            TEXT NOT NULL,
    scope           TEXT NOT NULL,
    contract_from   TEXT NOT NULL,
    contract_to     TEXT,
    revision        INTEGER NOT NULL
) STRICT;

-- What of a person no device may know.
CREATE TABLE staff_particulars (
    staff_no        TEXT NOT NULL,
    valid_from      TEXT NOT NULL,
    contractor_code TEXT,
    mobile          TEXT,
    revision        INTEGER NOT NULL,
    PRIMARY KEY (staff_no, valid_from)
) STRICT, WITHOUT ROWID;

-- Somebody of the staff list who is no more of a campus, as the devices there are to know them: ended. revision: of the import by which they left.
CREATE TABLE left_staff (
    campus_code     TEXT NOT NULL,
    revision        INTEGER NOT NULL,
    staff_no        TEXT NOT NULL,
    valid_from      TEXT NOT NULL,
    name            TEXT NOT NULL,
    department_code TEXT NOT NULL,
    role            TEXT NOT NULL,
    team_code       TEXT,
    valid_to        TEXT NOT NULL,
    PRIMARY KEY (campus_code, staff_no, valid_from)
) STRICT, WITHOUT ROWID;

-- Departments, places, teams and stores (kind: their table) that were of a campus once: devices that have them get what changes.
CREATE TABLE was_in_campus (
    campus_code TEXT NOT NULL,
    kind        TEXT NOT NULL,
    code        TEXT NOT NULL,
    PRIMARY KEY (campus_code, kind, code)
) STRICT, WITHOUT ROWID;

-- What lay in the stores when the system began; afterwards only moves and counts change stock.
CREATE TABLE opening_stock (
    warehouse_code TEXT NOT NULL,
    part_code      TEXT NOT NULL,
    quantity       INTEGER NOT NULL,
    safety_stock   INTEGER NOT NULL,
    storage_bin    TEXT NOT NULL,
    revision       INTEGER NOT NULL,
    PRIMARY KEY (warehouse_code, part_code)
) STRICT, WITHOUT ROWID;
