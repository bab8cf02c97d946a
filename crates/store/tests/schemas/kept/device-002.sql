CREATE TABLE departments (
    department_code TEXT NOT NULL PRIMARY KEY,
    name            TEXT NOT NULL,
    campus_code     TEXT NOT NULL,
    area_tenths_m2  INTEGER,
    valid_from      TEXT NOT NULL,
    valid_to        TEXT,
    revision        INTEGER NOT NULL
) STRICT;
CREATE TABLE staff (
    staff_no        TEXT NOT NULL,
    valid_from      TEXT NOT NULL,
    name            TEXT NOT NULL,
    department_code TEXT NOT NULL,
    role            TEXT NOT NULL,
    team_code       TEXT,
    valid_to        TEXT,
    revision        INTEGER NOT NULL,
    PRIMARY KEY (staff_no, valid_from)
) STRICT, WITHOUT ROWID;
CREATE INDEX staff_by_team ON staff (team_code) WHERE team_code IS NOT NULL;
CREATE TABLE locations (
    location_code TEXT NOT NULL PRIMARY KEY,
    campus_code   TEXT NOT NULL,
    building      TEXT NOT NULL,
    floor         TEXT NOT NULL,
    room          TEXT NOT NULL,
    mobile_signal TEXT NOT NULL,
    revision      INTEGER NOT NULL
) STRICT;
CREATE TABLE fault_classes (
    fault_code      TEXT NOT NULL PRIMARY KEY,
    name            TEXT NOT NULL,
    trade           TEXT NOT NULL,
    trade_name      TEXT NOT NULL,
    default_urgency TEXT NOT NULL,
    revision        INTEGER NOT NULL
) STRICT;
CREATE TABLE teams (
    team_code       TEXT NOT NULL PRIMARY KEY,
    name            TEXT NOT NULL,
    campus_code     TEXT NOT NULL,
    trade           TEXT NOT NULL,
    contractor_code TEXT,
    leader_staff_no TEXT NOT NULL,
    deputy_staff_no TEXT,
    revision        INTEGER NOT NULL
) STRICT;
CREATE TABLE service_levels (
    urgency          TEXT NOT NULL PRIMARY KEY,
    name             TEXT NOT NULL,
    accept_minutes   INTEGER,
    arrive_minutes   INTEGER,
    complete_minutes INTEGER,
    revision         INTEGER NOT NULL
) STRICT;
CREATE TABLE parts (
    part_code        TEXT NOT NULL PRIMARY KEY,
    name             TEXT NOT NULL,
    brand            TEXT NOT NULL,
    unit             TEXT NOT NULL,
    trade            TEXT NOT NULL,
    unit_price_fen   INTEGER NOT NULL,
    supplier_barcode TEXT,
    serialised       INTEGER NOT NULL,
    revision         INTEGER NOT NULL
) STRICT;
CREATE INDEX parts_by_barcode ON parts (supplier_barcode) WHERE supplier_barcode IS NOT NULL;
CREATE TABLE part_prices (
    part_code      TEXT NOT NULL,
    valid_from     TEXT NOT NULL,
    unit_price_fen INTEGER NOT NULL,
    revision       INTEGER NOT NULL,
    PRIMARY KEY (part_code, valid_from)
) STRICT, WITHOUT ROWID;
CREATE TABLE price_items (
    item_code                 TEXT NOT NULL,
    valid_from                TEXT NOT NULL,
    trade                     TEXT NOT NULL,
    name                      TEXT NOT NULL,
    unit                      TEXT NOT NULL,
    unit_price_fen            INTEGER NOT NULL,
    standard_hours_hundredths INTEGER NOT NULL,
    includes_material         INTEGER NOT NULL,
    valid_to                  TEXT,
    document_no               TEXT NOT NULL,
    revision                  INTEGER NOT NULL,
    PRIMARY KEY (item_code, valid_from)
) STRICT, WITHOUT ROWID;
CREATE TABLE warehouses (
    warehouse_code TEXT NOT NULL PRIMARY KEY,
    name           TEXT NOT NULL,
    campus_code    TEXT NOT NULL,
    revision       INTEGER NOT NULL
) STRICT;
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
    damaged_moved_to   TEXT                        -- file name of a damaged store that was moved aside
) STRICT;
CREATE TABLE events (
    number_here        INTEGER PRIMARY KEY,
    order_id           BLOB NOT NULL,
    id                 BLOB NOT NULL,
    sequence           INTEGER,
    state              TEXT NOT NULL CHECK (state IN ('unsent', 'held', 'refused', 'stored', 'set_aside')),
    bytes              BLOB,
    predecessors       BLOB NOT NULL,              -- ids one after the other
    held_reason        TEXT,
    position           INTEGER,                    -- receipt: these four together
    received_at        INTEGER,
    verdict            TEXT,                       -- as JSON
    judged_at_position INTEGER
) STRICT;
CREATE UNIQUE INDEX events_by_order ON events (order_id, id);
CREATE UNIQUE INDEX events_by_id ON events (id);
CREATE INDEX own_events_waiting ON events (state, sequence) WHERE sequence IS NOT NULL AND state <> 'stored';
CREATE INDEX own_events_stored ON events (sequence) WHERE sequence IS NOT NULL AND state = 'stored';
CREATE TABLE orders (
    number_here     INTEGER PRIMARY KEY,
    order_id        BLOB    NOT NULL UNIQUE,
    listing         INTEGER NOT NULL,
    sort_at         INTEGER NOT NULL,
    upload          INTEGER NOT NULL,
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
    packed          BLOB
) STRICT;
CREATE INDEX orders_by_list ON orders (listing, sort_at, order_id, node);
CREATE TABLE away (
    order_id BLOB NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE TABLE wanted (
    order_id BLOB NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE TABLE replies (
    number_here INTEGER PRIMARY KEY,               -- the event's
    content     BLOB NOT NULL,                     -- SHA-256 of the canonical command
    reply       BLOB NOT NULL                      -- compressed by the caller
) STRICT;
CREATE TABLE lost_numbers (
    number INTEGER PRIMARY KEY
) STRICT;
CREATE TABLE pending_enrolments (
    code_sha256 BLOB NOT NULL PRIMARY KEY,         -- of the code as it is meant
    device      BLOB NOT NULL,
    secret      BLOB NOT NULL                      -- 32 bytes
) STRICT, WITHOUT ROWID;
INSERT INTO departments VALUES ('001026', '普通外科', 'C1', 12345, '2026-11-21', '2027-12-31', 3);
INSERT INTO staff VALUES ('025518', '2026-11-21', '袁佳静', '001026', 'technician', 'T01', '2027-12-31', 3);
INSERT INTO locations VALUES ('L00021', 'C1', '外科楼', '3', '护士站', 'none', 3);
INSERT INTO fault_classes VALUES ('F001', '水龙头漏水', 'plumbing', '给排水', 'normal', 3);
INSERT INTO teams VALUES ('T01', '本部给排水/水暖班', 'C1', 'plumbing', NULL, '025514', '025515', 3);
INSERT INTO service_levels VALUES ('urgent', '紧急', 5, 15, NULL, 3);
INSERT INTO parts VALUES ('P0001', '角阀', '九牧', '只', 'plumbing', 12000, '6901234567892', 1, 3);
INSERT INTO part_prices VALUES ('P0001', '2026-11-21', 12000, 3);
INSERT INTO price_items VALUES ('R001', '2026-11-21', 'plumbing', '更换水龙头', '个', 3000, 50, 0, '2027-12-31', '价〔2026〕1号', 3);
INSERT INTO warehouses VALUES ('K1', '本部总库', 'C1', 3);
INSERT INTO device VALUES (1, X'00000000000000000000000000000009', X'0202020202020202020202020202020202020202020202020202020202020202', 'https://plantroom.hospital.example', '{"staff_no":"025518","name":"袁佳静","department_code":"001026","role":"technician","team_code":"T01","validity":{"valid_from":"2026-11-21","valid_to":"2027-12-31"}}', 'T01', 1, 1, 8, 'first_sync', 99, X'00000000000000000000000000000002', -5, 4, 3, 1795226400000, -7, 1795226400000, 1795226400000, 'plantroom.db.damaged-1');
INSERT INTO events VALUES (1, X'00000000000000000000000000000001', X'00000000000000000000000000000001', 1, 'unsent', X'7B226E756D626572223A317D', X'0000000000000000000000000000005A0000000000000000000000000000005B', NULL, NULL, NULL, NULL, NULL);
INSERT INTO events VALUES (2, X'00000000000000000000000000000001', X'00000000000000000000000000000002', 2, 'held', X'7B226E756D626572223A327D', X'0000000000000000000000000000005A0000000000000000000000000000005B', 'predecessor_missing', NULL, NULL, NULL, NULL);
INSERT INTO events VALUES (3, X'00000000000000000000000000000001', X'00000000000000000000000000000003', 3, 'refused', X'7B226E756D626572223A337D', X'0000000000000000000000000000005A0000000000000000000000000000005B', NULL, NULL, NULL, NULL, NULL);
INSERT INTO events VALUES (4, X'00000000000000000000000000000001', X'00000000000000000000000000000004', 4, 'stored', X'7B226E756D626572223A347D', X'0000000000000000000000000000005A0000000000000000000000000000005B', NULL, 5, 1795226400000, '{"verdict":"admitted"}', 6);
INSERT INTO events VALUES (5, X'00000000000000000000000000000001', X'00000000000000000000000000000005', 5, 'set_aside', X'7B226E756D626572223A357D', X'0000000000000000000000000000005A0000000000000000000000000000005B', NULL, 5, 1795226400000, '{"verdict":"set_aside","reason":"out_of_scope"}', 6);
INSERT INTO events VALUES (6, X'00000000000000000000000000000001', X'00000000000000000000000000000006', NULL, 'stored', X'7B226E756D626572223A367D', X'0000000000000000000000000000005A0000000000000000000000000000005B', NULL, 5, 1795226400000, '{"verdict":"admitted"}', 6);
INSERT INTO orders VALUES (1, X'00000000000000000000000000000001', 1, 42, 1, 0, 'GD20261121-0001', 'in_progress', 'urgent', 'L00021', 'F001', '001026', '护士站洗手池水龙头滴水', 'T01', '025518', '["025519"]', '026149', 1795226400000, 1795226400001, NULL, 1, NULL);
INSERT INTO orders VALUES (2, X'00000000000000000000000000000002', 1, 42, 1, 4, 'GD20261121-0001', 'in_progress', 'urgent', 'L00021', 'F001', '001026', '护士站洗手池水龙头滴水', 'T01', '025518', '["025519"]', '026149', 1795226400000, 1795226400001, NULL, 1, X'7061636B6564');
INSERT INTO away VALUES (X'00000000000000000000000000000003');
INSERT INTO wanted VALUES (X'00000000000000000000000000000002');
INSERT INTO replies VALUES (1, X'0404040404040404040404040404040404040404040404040404040404040404', X'7265706C79');
INSERT INTO lost_numbers VALUES (7);
INSERT INTO lost_numbers VALUES (8);
INSERT INTO pending_enrolments VALUES (X'0505050505050505050505050505050505050505050505050505050505050505', X'0000000000000000000000000000000A', X'0606060606060606060606060606060606060606060606060606060606060606');
PRAGMA user_version = 2;
