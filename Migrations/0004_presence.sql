-- "Still there?": people who have waited a while are asked before they are put into a group.

ALTER TABLE participants
    ADD COLUMN confirmed_at  timestamptz,   -- when they last showed that somebody is at the page, not just the page
    ADD COLUMN asked_at      timestamptz,   -- since when they are asked; null when they are not
    ADD COLUMN idle_since    timestamptz,   -- they did not answer, and get no group until they do
    ADD CHECK (asked_at IS NULL OR idle_since IS NULL);
UPDATE participants SET confirmed_at = lobby_entered_at;
