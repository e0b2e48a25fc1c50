-- Several statements of one condition in a round, and the inequality aversion that chooses them.

ALTER TABLE statements
    DROP CONSTRAINT statements_generation_id_key,
    ADD COLUMN number smallint NOT NULL DEFAULT 1 CHECK (number >= 1),   -- its place among its generation's, from 1
    ADD UNIQUE (generation_id, number);
DROP INDEX candidates_one_chosen;

-- The inequality aversion of the welfare that the statements are chosen by; drawn per round when the condition lists
-- several, the same for a condition and its exclusion twin. Infinity is the welfare of the worst off.
ALTER TABLE generations ADD COLUMN alpha double precision CHECK (alpha >= 0);
