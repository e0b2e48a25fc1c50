-- Surveys before, during and after the rounds, and comprehension questions.

ALTER TABLE participants DROP CONSTRAINT participants_stage_check;
ALTER TABLE participants ADD CONSTRAINT participants_stage_check
    CHECK (stage IN ('entry', 'instructions', 'comprehension', 'lobby', 'group', 'exit', 'debriefing', 'done', 'ended'));
ALTER TABLE participants DROP CONSTRAINT participants_end_reason;
ALTER TABLE participants ADD CONSTRAINT participants_end_reason
    CHECK (end_reason IN ('screened-out', 'comprehension-failed', 'waited-in-vain', 'over-quota', 'timed-out',
                          'group-ended', 'stopped-keep', 'stopped-delete'));

-- One person's answers to one survey: an object from the questions' keys to a text, a number, or a list of texts.
-- Questions that were not shown, or left out, have no key.
CREATE TABLE survey_responses (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    participant_id  uuid NOT NULL REFERENCES participants,
    survey          text NOT NULL CHECK (survey IN ('entry', 'round', 'exit')),
    round_id        uuid REFERENCES rounds,
    answers         jsonb NOT NULL CHECK (jsonb_typeof(answers) = 'object'),
    submitted_at    timestamptz NOT NULL DEFAULT now(),
    CHECK ((survey = 'round') = (round_id IS NOT NULL)),
    UNIQUE NULLS NOT DISTINCT (participant_id, survey, round_id)
);

-- One person's tries at the comprehension questions.
CREATE TABLE comprehension_tries (
    participant_id  uuid NOT NULL REFERENCES participants,
    number          smallint NOT NULL CHECK (number >= 1),
    answers         jsonb NOT NULL CHECK (jsonb_typeof(answers) = 'object'),
    wrong           text[] NOT NULL,           -- the keys of the questions that were not answered rightly
    submitted_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (participant_id, number)
);
ALTER TABLE erasures ADD COLUMN survey_responses integer NOT NULL DEFAULT 0;
