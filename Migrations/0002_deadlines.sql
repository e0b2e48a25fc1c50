-- What happens when a deadline passes, when somebody leaves, and when a group can no longer go on.

-- Why somebody's part ended other than by finishing. It is known before the debriefing, which comes first for whoever
-- has seen a statement.
ALTER TABLE participants DROP CONSTRAINT participants_check;
ALTER TABLE participants
    ADD CONSTRAINT participants_end_reason
        CHECK (end_reason IN ('waited-in-vain', 'timed-out', 'group-ended', 'stopped-keep', 'stopped-delete')),
    ADD CONSTRAINT participants_ended_with_reason
        CHECK (CASE stage WHEN 'ended' THEN end_reason IS NOT NULL WHEN 'debriefing' THEN true
                          ELSE end_reason IS NULL END);
CREATE INDEX participants_by_deadline ON participants (stage_deadline_at) WHERE stage_deadline_at IS NOT NULL;

-- A member who let a deadline pass is away: the group does not wait for them until they answer again. A round in which
-- they answered nothing is a missed one.
ALTER TABLE members
    ADD COLUMN away_since     timestamptz,
    ADD COLUMN away_phase     text CHECK (away_phase IN ('opinions', 'drafting', 'ratings')),
    ADD COLUMN missed_rounds  smallint NOT NULL DEFAULT 0,
    ADD CHECK ((away_since IS NULL) = (away_phase IS NULL)),
    ADD CHECK (left_phase IN ('opinions', 'drafting', 'ratings'));

-- An abandoned round had too few members left to write opinions.
ALTER TABLE rounds DROP CONSTRAINT rounds_phase_check;
ALTER TABLE rounds ADD CONSTRAINT rounds_phase_check
    CHECK (phase IN ('pending', 'opinions', 'drafting', 'ratings', 'finished', 'abandoned'));
CREATE INDEX rounds_by_deadline ON rounds (phase_deadline_at) WHERE phase_deadline_at IS NOT NULL;

-- A skipped generation is a condition that was not run in its round: leaving members out would have left fewer than
-- two opinions.
ALTER TABLE generations DROP CONSTRAINT generations_state_check;
ALTER TABLE generations ADD CONSTRAINT generations_state_check
    CHECK (state IN ('queued', 'running', 'finished', 'failed', 'skipped'));

-- When some server last looked for deadlines that have passed. Time in which none did is added to every deadline.
CREATE TABLE deadline_watch (
    only_row    boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    watched_at  timestamptz NOT NULL DEFAULT now()
);
INSERT INTO deadline_watch DEFAULT VALUES;

-- What is left of people whose words were deleted.
CREATE TABLE erasures (
    participant_id  uuid PRIMARY KEY REFERENCES participants,
    erased_at       timestamptz NOT NULL DEFAULT now(),
    stances         integer NOT NULL,
    opinions        integer NOT NULL,
    ratings         integer NOT NULL,
    statements      integer NOT NULL,     -- their own words shown as statements, and statements that quoted them
    prompts         integer NOT NULL,
    candidates      integer NOT NULL
);
