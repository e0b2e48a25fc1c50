-- Members rate each other's opinions before statements are made, where the study asks for it.

ALTER TABLE rounds DROP CONSTRAINT rounds_phase_check;
ALTER TABLE rounds ADD CONSTRAINT rounds_phase_check
    CHECK (phase IN ('pending', 'opinions', 'opinion-ratings', 'drafting', 'ratings', 'finished', 'abandoned'));
ALTER TABLE members
    DROP CONSTRAINT members_away_phase_check,
    DROP CONSTRAINT members_left_phase_check,
    ADD CONSTRAINT members_away_phase_check CHECK (away_phase IN ('opinions', 'opinion-ratings', 'drafting', 'ratings')),
    ADD CONSTRAINT members_left_phase_check CHECK (left_phase IN ('opinions', 'opinion-ratings', 'drafting', 'ratings'));

ALTER TABLE opinions ADD UNIQUE (id, round_id);

-- One member's opinion put before another member, at a place drawn for that one, and the rating once it is given. Its id
-- is all that a browser learns. Agreement and quality are as in ratings.
CREATE TABLE opinion_ratings (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    opinion_id      uuid NOT NULL,
    round_id        uuid NOT NULL,
    group_id        uuid NOT NULL,
    participant_id  uuid NOT NULL,                     -- who rates it
    position        smallint NOT NULL CHECK (position >= 1),
    shown_at        timestamptz,
    agreement       smallint CHECK (agreement BETWEEN 1 AND 7),
    quality         smallint CHECK (quality BETWEEN 1 AND 7),
    submitted_at    timestamptz,
    CHECK (num_nulls(agreement, quality, submitted_at) IN (0, 3)),
    UNIQUE (opinion_id, participant_id),
    UNIQUE (round_id, participant_id, position),
    FOREIGN KEY (opinion_id, round_id) REFERENCES opinions (id, round_id) ON DELETE CASCADE,
    FOREIGN KEY (round_id, group_id) REFERENCES rounds (id, group_id),
    FOREIGN KEY (group_id, participant_id) REFERENCES members
);

-- How long an opinion lay in a visible tab.
ALTER TABLE visible_stretches
    ADD COLUMN opinion_rating_id uuid REFERENCES opinion_ratings ON DELETE CASCADE,
    ADD CHECK (presentation_id IS NULL OR opinion_rating_id IS NULL);
