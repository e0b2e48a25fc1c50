-- What the participants' pages keep: drafts, time in view, more time, messages, the language.

-- Words typed and not sent yet, by what they are for; gone once the answer is accepted. `content` is the page's own.
CREATE TABLE drafts (
    participant_id  uuid NOT NULL REFERENCES participants,
    about           text NOT NULL CHECK (about IN ('opinion', 'entry', 'round', 'exit')),
    round           smallint NOT NULL,         -- 0 for what is outside the rounds
    content         text NOT NULL,
    revision        integer NOT NULL CHECK (revision >= 1),
    saved_at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (participant_id, about, round)
);

-- Stretches of time in which a step lay in a visible tab, as the browser measured them; a stretch under way is reported
-- again and again, and only grows. Beside them, when this server first and last heard of each.
CREATE TABLE visible_stretches (
    participant_id   uuid NOT NULL REFERENCES participants,
    id               uuid NOT NULL,            -- drawn by the browser
    step             text NOT NULL CHECK (step IN ('entry', 'instructions', 'comprehension', 'stance', 'opinion', 'rating',
                                                   'round', 'exit')),
    round_id         uuid REFERENCES rounds,
    presentation_id  uuid REFERENCES presentations ON DELETE CASCADE,
    milliseconds     integer NOT NULL CHECK (milliseconds BETWEEN 0 AND 86400000),
    first_at         timestamptz NOT NULL DEFAULT now(),
    last_at          timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (participant_id, id)
);

-- More time, taken by a participant: for their round's phase, or for a stage outside the rounds.
CREATE TABLE extensions (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    participant_id  uuid NOT NULL REFERENCES participants,
    stage           text NOT NULL,
    round_id        uuid REFERENCES rounds,
    phase           text CHECK (phase IN ('opinions', 'opinion-ratings', 'ratings')),
    number          smallint NOT NULL CHECK (number >= 1),
    minutes         double precision NOT NULL CHECK (minutes > 0),
    created_at      timestamptz NOT NULL DEFAULT now(),
    CHECK ((round_id IS NULL) = (phase IS NULL)),
    UNIQUE NULLS NOT DISTINCT (participant_id, stage, round_id, phase, number)
);

-- A participant's question to the study's admins, and the answer.
CREATE TABLE messages (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    participant_id  uuid NOT NULL REFERENCES participants,
    key             uuid NOT NULL,             -- drawn by the browser, so that a message sent again is stored once
    text            text NOT NULL CHECK (text <> ''),
    sent_at         timestamptz NOT NULL DEFAULT now(),
    answer          text CHECK (answer <> ''),
    answered_at     timestamptz,
    read_at         timestamptz,               -- when the answer was opened
    UNIQUE (participant_id, key),
    CHECK ((answer IS NULL) = (answered_at IS NULL)),
    CHECK (read_at IS NULL OR answer IS NOT NULL)
);

ALTER TABLE participants
    ADD COLUMN language    text,               -- of the pages, one that the study offers; null for the study's own
    ADD COLUMN entry_hash  bytea UNIQUE;       -- SHA-256 of the browser's key when consent was given: sent again, it is one person
