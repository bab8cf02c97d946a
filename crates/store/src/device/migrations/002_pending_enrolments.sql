-- Enrolments that were begun: a code with the id and secret that were chosen for it. An answer that got lost is asked for again
-- with the same three. Emptied in the transaction that accepts an answer.
CREATE TABLE pending_enrolments (
    code_sha256 BLOB NOT NULL PRIMARY KEY,         -- of the code as it is meant
    device      BLOB NOT NULL,
    secret      BLOB NOT NULL                      -- 32 bytes
) STRICT, WITHOUT ROWID;
