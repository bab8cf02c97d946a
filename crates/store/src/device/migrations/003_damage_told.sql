-- Whether somebody was told that a damaged store was moved aside (`damaged_moved_to`): the first command after it says so, whoever
-- gives it. Of what was moved before this script somebody was told.
ALTER TABLE device ADD COLUMN damage_told INTEGER NOT NULL DEFAULT 1;
