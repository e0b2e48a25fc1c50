-- The same consent sent again, because the reply to it was lost, leads back to the same person.

ALTER TABLE participants
    ADD COLUMN IF NOT EXISTS entry_hash bytea UNIQUE;   -- SHA-256 of the key that consent was given with
