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
CREATE TABLE meta (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
CREATE TABLE counters (
    only               INTEGER NOT NULL PRIMARY KEY CHECK (only = 1),
    log_end            INTEGER NOT NULL,
    own_sequence       INTEGER NOT NULL,
    reference_revision INTEGER NOT NULL
) STRICT;
CREATE TABLE log (
    position INTEGER NOT NULL PRIMARY KEY,
    mark     INTEGER NOT NULL DEFAULT (random()),
    kind     TEXT NOT NULL,
    order_id BLOB,
    event_id BLOB,
    subject  TEXT,
    content  TEXT
) STRICT;
CREATE TABLE events (
    order_id           BLOB NOT NULL,
    position           INTEGER NOT NULL,
    event_id           BLOB NOT NULL,
    bytes              BLOB NOT NULL,
    predecessors       BLOB NOT NULL,
    received_at        INTEGER NOT NULL,
    verdict            TEXT NOT NULL,
    judged_at_position INTEGER NOT NULL,
    review_id          BLOB,
    PRIMARY KEY (order_id, position)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX events_by_id ON events (event_id);
CREATE INDEX events_set_aside ON events (received_at, event_id) WHERE verdict <> 'admitted';
CREATE TABLE held (
    event_id     BLOB NOT NULL,
    device_id    BLOB NOT NULL,
    order_id     BLOB NOT NULL,
    sequence     INTEGER NOT NULL,
    bytes        BLOB NOT NULL,
    predecessors BLOB NOT NULL,
    received_at  INTEGER NOT NULL,
    reason       TEXT NOT NULL,
    reviewed_at  INTEGER,
    reviewed_by  TEXT,
    review_reason TEXT,
    PRIMARY KEY (event_id, device_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX held_by_order ON held (order_id);
CREATE INDEX held_by_time ON held (received_at, event_id);
CREATE TABLE waits (
    predecessor_id BLOB NOT NULL,
    event_id       BLOB NOT NULL,
    device_id      BLOB NOT NULL,
    PRIMARY KEY (predecessor_id, event_id, device_id),
    FOREIGN KEY (event_id, device_id) REFERENCES held (event_id, device_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX waits_by_event ON waits (event_id, device_id);
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
    needs_attention INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX orders_by_time ON orders (reported_at, order_id);
CREATE INDEX orders_by_node ON orders (node, reported_at, order_id);
CREATE INDEX orders_by_team ON orders (team_code, reported_at, order_id);
CREATE INDEX orders_by_department ON orders (department_code, reported_at, order_id);
CREATE INDEX orders_by_due ON orders (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX orders_by_number ON orders (number) WHERE number IS NOT NULL;
CREATE TABLE scope (
    order_id      BLOB NOT NULL,
    subject       TEXT NOT NULL,
    from_position INTEGER NOT NULL,
    to_position   INTEGER,
    PRIMARY KEY (order_id, subject, from_position)
) STRICT, WITHOUT ROWID;
CREATE INDEX scope_open ON scope (subject, order_id) WHERE to_position IS NULL;
CREATE TABLE unverified_confirmations (
    event_id BLOB NOT NULL PRIMARY KEY,
    order_id BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE devices (
    device_id            BLOB NOT NULL PRIMARY KEY,
    staff_no             TEXT NOT NULL,
    person_name          TEXT NOT NULL,
    secret_sha256        BLOB NOT NULL,
    enrolled_at          INTEGER NOT NULL,
    last_heard_at        INTEGER,
    revoked_at           INTEGER,
    revoked_by           TEXT,
    scope_subjects       TEXT NOT NULL DEFAULT '',
    scope_from           INTEGER NOT NULL DEFAULT 0,
    past_subjects        TEXT NOT NULL DEFAULT '',
    campus_code          TEXT,
    campus_from_revision INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE TABLE device_sequences (
    device_id BLOB NOT NULL,
    first     INTEGER NOT NULL,
    last      INTEGER NOT NULL,
    PRIMARY KEY (device_id, first)
) STRICT, WITHOUT ROWID;
CREATE TABLE enrolment_codes (
    code_sha256 BLOB NOT NULL PRIMARY KEY,
    staff_no    TEXT NOT NULL,
    expires_at  INTEGER NOT NULL,
    used_by     BLOB
) STRICT, WITHOUT ROWID;
CREATE TABLE passwords (
    staff_no TEXT NOT NULL PRIMARY KEY,
    phc      TEXT NOT NULL,
    set_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE sign_in_failures (
    counted_as   TEXT NOT NULL PRIMARY KEY,
    failures     INTEGER NOT NULL,
    locked_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_failures_by_time ON sign_in_failures (locked_until);
CREATE TABLE sessions (
    token_sha256 BLOB NOT NULL PRIMARY KEY,
    staff_no     TEXT NOT NULL,
    opened_at    INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE idempotent_replies (
    staff_no       TEXT NOT NULL,
    key            TEXT NOT NULL,
    request_sha256 BLOB NOT NULL,
    status         INTEGER NOT NULL,
    body           TEXT NOT NULL,
    replied_at     INTEGER NOT NULL,
    PRIMARY KEY (staff_no, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE order_numbers (
    day  TEXT NOT NULL PRIMARY KEY,
    last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE campuses (
    campus_code TEXT NOT NULL PRIMARY KEY,
    name        TEXT NOT NULL,
    address     TEXT NOT NULL,
    revision    INTEGER NOT NULL
) STRICT;
CREATE TABLE contractors (
    contractor_code TEXT NOT NULL PRIMARY KEY,
    name            TEXT NOT NULL,
    scope           TEXT NOT NULL,
    contract_from   TEXT NOT NULL,
    contract_to     TEXT,
    revision        INTEGER NOT NULL
) STRICT;
CREATE TABLE staff_particulars (
    staff_no        TEXT NOT NULL,
    valid_from      TEXT NOT NULL,
    contractor_code TEXT,
    mobile          TEXT,
    revision        INTEGER NOT NULL,
    PRIMARY KEY (staff_no, valid_from)
) STRICT, WITHOUT ROWID;
CREATE TABLE opening_stock (
    warehouse_code TEXT NOT NULL,
    part_code      TEXT NOT NULL,
    quantity       INTEGER NOT NULL,
    safety_stock   INTEGER NOT NULL,
    storage_bin    TEXT NOT NULL,
    revision       INTEGER NOT NULL,
    PRIMARY KEY (warehouse_code, part_code)
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
INSERT INTO meta VALUES ('last_url', 'https://plantroom.hospital.example');
INSERT INTO counters VALUES (1, 8, 1, 1);
INSERT INTO log VALUES (1, 4696814056248752244, 'entered', X'00000000000000000000000000000001', NULL, 'team:T01', NULL);
INSERT INTO log VALUES (2, -4765279997479099919, 'event', X'00000000000000000000000000000001', X'00000000000000000000000000000003', NULL, NULL);
INSERT INTO log VALUES (3, 5200182947622589664, 'event', X'00000000000000000000000000000001', X'00000000000000000000000000000004', NULL, NULL);
INSERT INTO log VALUES (4, -6251247231009036338, 'verdict', X'00000000000000000000000000000001', X'00000000000000000000000000000004', NULL, 'admitted');
INSERT INTO log VALUES (5, -402626703411972999, 'outcome', NULL, X'00000000000000000000000000000006', 'device:00000000-0000-0000-0000-000000000002', NULL);
INSERT INTO log VALUES (6, 3937697458511795567, 'entered', X'00000000000000000000000000000001', NULL, 'staff:025518', NULL);
INSERT INTO log VALUES (7, -3012869234854431328, 'left', X'00000000000000000000000000000001', NULL, 'staff:025518', NULL);
INSERT INTO log VALUES (8, 3048168570947573936, 'reference', NULL, NULL, NULL, '3');
INSERT INTO events VALUES (X'00000000000000000000000000000001', 2, X'00000000000000000000000000000003', X'7B226B696E64223A227265706F72746564227D', X'', 1795226400000, 'admitted', 2, NULL);
INSERT INTO events VALUES (X'00000000000000000000000000000001', 3, X'00000000000000000000000000000004', X'7B226B696E64223A226163636570746564227D', X'0000000000000000000000000000000300000000000000000000000000000005', 1795226400000, 'role_not_held', 3, X'00000000000000000000000000000009');
INSERT INTO held VALUES (X'00000000000000000000000000000006', X'00000000000000000000000000000002', X'00000000000000000000000000000001', 5, X'7B226B696E64223A2261727269766564227D', X'00000000000000000000000000000008', 1795226400000, 'predecessor_missing', 1795226400000, '026149', '等原手机上传');
INSERT INTO waits VALUES (X'00000000000000000000000000000008', X'00000000000000000000000000000006', X'00000000000000000000000000000002');
INSERT INTO orders VALUES (X'00000000000000000000000000000001', 'GD20261121-0001', 'assigned', 'urgent', 'L00021', 'F001', '001026', '护士站洗手池水龙头滴水', 'T01', '025518', '["025519"]', '026149', 1795226400000, 1795226400001, 1795226400002, 1);
INSERT INTO scope VALUES (X'00000000000000000000000000000001', 'staff:025518', 6, 7);
INSERT INTO scope VALUES (X'00000000000000000000000000000001', 'team:T01', 1, NULL);
INSERT INTO unverified_confirmations VALUES (X'00000000000000000000000000000003', X'00000000000000000000000000000001');
INSERT INTO devices VALUES (X'00000000000000000000000000000002', '025518', '袁佳静', X'0303030303030303030303030303030303030303030303030303030303030303', 1795226400000, 1795226400000, 1795226400000, '000001', 'staff:025518 team:T01', 4, 'staff:025518 team:T01', 'C1', 2);
INSERT INTO device_sequences VALUES (X'00000000000000000000000000000002', 1, 3);
INSERT INTO device_sequences VALUES (X'00000000000000000000000000000002', 5, 5);
INSERT INTO enrolment_codes VALUES (X'0404040404040404040404040404040404040404040404040404040404040404', '025518', 1795312800000, X'00000000000000000000000000000002');
INSERT INTO passwords VALUES ('025518', '$argon2id$', 1795226400000);
INSERT INTO sign_in_failures VALUES ('025518', 3, 1795226460000);
INSERT INTO sessions VALUES (X'0505050505050505050505050505050505050505050505050505050505050505', '025518', 1795226400000, 1795312800000);
INSERT INTO idempotent_replies VALUES ('025518', 'key', X'0606060606060606060606060606060606060606060606060606060606060606', 201, '{}', 1795226400000);
INSERT INTO order_numbers VALUES ('2026-11-21', 1);
INSERT INTO campuses VALUES ('C1', '本部院区', '中山路1号', 3);
INSERT INTO contractors VALUES ('W1', '某电梯公司', '电梯', '2026-11-21', '2027-12-31', 3);
INSERT INTO staff_particulars VALUES ('025518', '2026-11-21', 'W1', '13800000000', 3);
INSERT INTO opening_stock VALUES ('K1', 'P0001', 7, 2, 'A-01', 3);
PRAGMA user_version = 1;
