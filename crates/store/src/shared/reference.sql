-- The hospital's reference data, the same tables on the device (of its campus only, but all campuses) and on the server.
-- `revision` is the server's revision with which the row last changed; days are text, both ends of a period included.
-- Never a telephone number here: these tables travel to devices.

-- All of the hospital, on devices too: where there are several, every place and department is said with its own.
CREATE TABLE campuses (
    campus_code TEXT NOT NULL PRIMARY KEY,
    name        TEXT NOT NULL,
    address     TEXT NOT NULL,
    revision    INTEGER NOT NULL
) STRICT;

CREATE TABLE departments (
    department_code TEXT NOT NULL PRIMARY KEY,
    name            TEXT NOT NULL,
    campus_code     TEXT NOT NULL,
    area_tenths_m2  INTEGER,
    valid_from      TEXT NOT NULL,
    valid_to        TEXT,
    revision        INTEGER NOT NULL
) STRICT;

-- Numbers are reissued: a number means a person only together with a day.
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

-- `unit_price_fen` is the newest price; the price of a day is in part_prices.
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

-- Two parts may share a supplier's barcode, so this is no unique index.
CREATE INDEX parts_by_barcode ON parts (supplier_barcode) WHERE supplier_barcode IS NOT NULL;

-- The price of a part from a day on, until the next row.
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
