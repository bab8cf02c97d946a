-- The store of one device, which is one person's. The reference tables (shared/reference.sql) come before this script.
-- Ids are blobs of 16 bytes, instants are UTC milliseconds, words are those of the domain as serde writes them.

-- Who this device is and how far it has come: one row.
CREATE TABLE device (
    only               INTEGER PRIMARY KEY CHECK (only = 1),
    device             BLOB    NOT NULL,           -- chosen here, before the enrolment
    secret             BLOB    NOT NULL,           -- 32 bytes; the server knows its SHA-256
    server_url         TEXT,                       -- NULL: not enrolled
    person             TEXT,                       -- directory entry of the person as JSON
    team               TEXT,                       -- the team that the server named at the enrolment
    logged_out         INTEGER NOT NULL DEFAULT 0,
    revoked            INTEGER NOT NULL DEFAULT 0, -- as the server last said
    last_sequence      INTEGER NOT NULL DEFAULT 0, -- number of the last own event
    progress           TEXT    NOT NULL DEFAULT 'nothing' CHECK (progress IN ('nothing', 'first_sync', 'log')),
    progress_position  INTEGER NOT NULL DEFAULT 0, -- the log's end at the beginning of the first sync, or the cursor
    progress_after     BLOB,                       -- last stored order of the first sync
    log_mark           INTEGER,                    -- the server's mark of its log at that position
    generation         INTEGER NOT NULL DEFAULT 0, -- counts first syncs; orders of an earlier one are put away at the end
    reference_revision INTEGER NOT NULL DEFAULT 0,
    reference_as_of    INTEGER,                    -- when the server last said that the reference data is the newest
    clock_offset_ms    INTEGER,                    -- what to add to this clock to get the server's
    clock_measured_at  INTEGER,                    -- by this clock
    last_contact       INTEGER,                    -- last exchange that reached its end
    damaged_moved_to   TEXT,                       -- file name of a damaged store that was moved aside
    left_behind        TEXT                        -- the note of numbers of a store that is gone from here, until somebody enrols
) STRICT;

-- Every event of the orders here: the truth. Own events have a sequence. A new event comes to the end of the table, where it
-- costs one page: clustered by order it would move its neighbours, and each page has to be sealed.
-- `state`: unsent, held (by the server, outside the document), refused (the id is taken), stored, set_aside, left (set aside or held,
-- and somebody at the centre has looked at it: nothing waits any more).
-- `bytes` is NULL once an own event was put away with its order; ids and numbers stay for ever.
CREATE TABLE events (
    number_here        INTEGER PRIMARY KEY,
    order_id           BLOB NOT NULL,
    id                 BLOB NOT NULL,
    sequence           INTEGER,
    state              TEXT NOT NULL CHECK (state IN ('unsent', 'held', 'refused', 'stored', 'set_aside', 'left')),
    bytes              BLOB,
    predecessors       BLOB NOT NULL,              -- ids one after the other
    held_reason        TEXT,
    left_because       TEXT,                       -- of what was held and left: the words of whoever looked at it
    position           INTEGER,                    -- receipt: these four together
    received_at        INTEGER,
    verdict            TEXT,                       -- as JSON
    judged_at_position INTEGER
) STRICT;

CREATE UNIQUE INDEX events_by_order ON events (order_id, id);

CREATE UNIQUE INDEX events_by_id ON events (id);

-- What is unsent, in order of numbers, and the counts of the status line.
CREATE INDEX own_events_waiting ON events (state, sequence) WHERE sequence IS NOT NULL AND state <> 'stored';

-- Own events that the server has, by number: what it lost is found here. An event is in this index or in the one above.
CREATE INDEX own_events_stored ON events (sequence) WHERE sequence IS NOT NULL AND state = 'stored';

-- One row an order, derived from its events in the same transaction (or the server's row while `packed` is there).
-- `listing`: 0 mine, 1 team, 2 done. `sort_at` ascends within a list. `upload`: 0 set_aside, 1 held, 2 local, 3 stored.
-- `undecided`: an event of it is set aside or held, and nobody has looked at it yet. `concerns_until`: until when it concerns the person
-- beyond its next step; NULL when it does not. `is_free`: anybody of the team may take it.
-- `set_aside_elsewhere`: entries of it that the person recorded on another phone, that are set aside and that nobody has looked at yet.
-- `packed`: the events as they came with the first sync; moved to `events` when the order is first changed here.
CREATE TABLE orders (
    number_here     INTEGER PRIMARY KEY,
    order_id        BLOB    NOT NULL UNIQUE,
    listing         INTEGER NOT NULL,
    sort_at         INTEGER NOT NULL,
    upload          INTEGER NOT NULL,
    undecided       INTEGER NOT NULL,
    concerns_until  INTEGER,
    is_free         INTEGER NOT NULL,
    set_aside_elsewhere INTEGER NOT NULL,
    generation      INTEGER NOT NULL,
    number          TEXT,
    node            TEXT    NOT NULL,
    urgency         TEXT    NOT NULL,
    location        TEXT    NOT NULL,
    fault           TEXT    NOT NULL,
    department      TEXT    NOT NULL,
    description     TEXT    NOT NULL,
    team            TEXT,
    assignee        TEXT,
    helpers         TEXT    NOT NULL,              -- numbers as JSON
    reporter        TEXT    NOT NULL,
    reported_at     INTEGER NOT NULL,
    due_at          INTEGER,
    done_at         INTEGER,
    needs_attention INTEGER NOT NULL,
    attention       TEXT,                          -- what has to be known or done beyond the next step, whoever looks
    withdrawn_from  TEXT    NOT NULL,              -- numbers as JSON
    since           INTEGER,                       -- when it came to its node, while somebody has it in hand
    confirmed_by    TEXT,                          -- name of the confirmer, or the number
    parts_with      TEXT    NOT NULL,              -- whose parts of a cancelled order are not back: numbers as JSON
    took_part       TEXT    NOT NULL,              -- when those who have it, help or are told last took part: number to instant, as JSON
    packed          BLOB
) STRICT;

-- A list is one scan of this; `node` is in it so that a filter by state reads no rows.
CREATE INDEX orders_by_list ON orders (listing, sort_at, order_id, node);

-- What concerns the person, whatever list it stands in, and what may be taken: few, however many orders there are.
CREATE INDEX orders_of_concern ON orders (concerns_until, order_id) WHERE concerns_until IS NOT NULL;
CREATE INDEX orders_to_take ON orders (sort_at, order_id) WHERE is_free = 1;
CREATE INDEX orders_set_aside_elsewhere ON orders (set_aside_elsewhere) WHERE set_aside_elsewhere > 0;

-- Orders that a first sync did not bring again and of which something is still offered (generation -1): nearly always none.
CREATE INDEX orders_to_put_away ON orders (order_id) WHERE generation = -1;

-- The program that derived the rows of `orders`: another one, after an upgrade, derives them anew. One row; none in a new store.
CREATE TABLE derivation (
    only    INTEGER PRIMARY KEY CHECK (only = 1),
    program TEXT    NOT NULL                       -- version and known kinds
) STRICT;

-- Orders whose content was put away: left the scope, or done for longer than they are kept.
CREATE TABLE away (
    order_id BLOB NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- Orders whose content here is damaged: asked for anew with the next exchange.
CREATE TABLE wanted (
    order_id BLOB NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- The first reply to every writing command that carried an id or was given one: the same command again gets it again.
-- It has the number of its event, which is therefore never removed.
CREATE TABLE replies (
    number_here INTEGER PRIMARY KEY,               -- the event's
    content     BLOB NOT NULL,                     -- SHA-256 of the canonical command
    reply       BLOB NOT NULL                      -- compressed by the caller
) STRICT;

-- Numbers of own events that are not here any more and that the server does not have, as far as is known: the journal was
-- deleted or spoiled, they lay on a damaged page, or the whole store was deleted.
CREATE TABLE lost_numbers (
    number          INTEGER PRIMARY KEY,
    acknowledged_at INTEGER                        -- when the person said to have read it
) STRICT;

-- Different numbers whose names were asked for lately: a directory is no oracle. A handful of rows, forgotten after minutes.
CREATE TABLE look_ups (
    staff_no TEXT    NOT NULL PRIMARY KEY,
    at       INTEGER NOT NULL                      -- by this clock, when it was first asked for
) STRICT, WITHOUT ROWID;

-- The PIN of the lock screen and the wrong tries in a row: one row, none before a PIN is set.
CREATE TABLE screen_lock (
    only        INTEGER PRIMARY KEY CHECK (only = 1),
    pin         TEXT    NOT NULL,                  -- Argon2id, in PHC notation
    wrong_tries INTEGER NOT NULL DEFAULT 0
) STRICT;
