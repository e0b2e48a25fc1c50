-- The foundation: question sets, studies, participants, groups, rounds, generations, statements, ratings.
--
-- Conventions. Ids are random UUIDs. Times are timestamptz. Seeds are non-negative 63-bit integers. Enumerations are
-- text with a CHECK, so that a dump reads like the study. Versioned things (question sets, study settings) only ever
-- gain rows; answers are never updated. Composite foreign keys carry the rules that matter most: nobody answers in,
-- or rates a statement of, a group they are not a member of, and no group grows past its size.

-- Questions ---------------------------------------------------------------------------------------------------------

CREATE TABLE question_sets (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name        text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE question_set_versions (
    id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    question_set_id  uuid NOT NULL REFERENCES question_sets,
    version          integer NOT NULL CHECK (version >= 1),
    created_at       timestamptz NOT NULL DEFAULT now(),
    UNIQUE (question_set_id, version)
);

CREATE TABLE questions (
    id                       uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    question_set_version_id  uuid NOT NULL REFERENCES question_set_versions,
    key                      text NOT NULL,            -- the id the question has in its file
    position                 integer NOT NULL,         -- its place in the file, from 1
    question                 text NOT NULL CHECK (question <> ''),
    affirming_statement      text NOT NULL CHECK (affirming_statement <> ''),
    negating_statement       text NOT NULL CHECK (negating_statement <> ''),
    topic                    text NOT NULL CHECK (topic <> ''),
    split                    text NOT NULL CHECK (split IN ('train', 'validation', 'iid_test', 'ood_test')),
    UNIQUE (question_set_version_id, key)
);

-- Studies -----------------------------------------------------------------------------------------------------------

CREATE TABLE studies (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name        text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    state       text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'open', 'paused', 'closed')),
    created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE study_versions (
    id                       uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    study_id                 uuid NOT NULL REFERENCES studies,
    version                  integer NOT NULL CHECK (version >= 1),
    question_set_version_id  uuid NOT NULL REFERENCES question_set_versions,
    settings                 jsonb NOT NULL,
    file                     text NOT NULL,            -- the YAML as the admin wrote it
    created_at               timestamptz NOT NULL DEFAULT now(),
    UNIQUE (study_id, version)
);

-- Bearer tokens of scripts; only the SHA-256 of a token is kept.
CREATE TABLE tokens (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name        text NOT NULL,
    scope       text NOT NULL CHECK (scope IN ('simulation')),
    hash        bytea NOT NULL UNIQUE,
    created_at  timestamptz NOT NULL DEFAULT now(),
    revoked_at  timestamptz
);

-- Participants ------------------------------------------------------------------------------------------------------

CREATE TABLE participants (
    id                 uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    study_id           uuid NOT NULL REFERENCES studies,
    study_version_id   uuid NOT NULL REFERENCES study_versions,   -- the settings this person takes part under
    synthetic          boolean NOT NULL DEFAULT false,
    stage              text NOT NULL DEFAULT 'instructions'
                       CHECK (stage IN ('instructions', 'lobby', 'group', 'debriefing', 'done', 'ended')),
    stage_entered_at   timestamptz NOT NULL DEFAULT now(),
    stage_deadline_at  timestamptz,
    end_reason         text,
    consented_at       timestamptz NOT NULL DEFAULT now(),
    instructed_at      timestamptz,
    lobby_entered_at   timestamptz,
    debriefed_at       timestamptz,
    ended_at           timestamptz,
    last_seen_at       timestamptz NOT NULL DEFAULT now(),
    CHECK ((stage = 'ended') = (end_reason IS NOT NULL))
);
CREATE INDEX participants_by_study_stage ON participants (study_id, stage, lobby_entered_at);

-- Session cookies; only the SHA-256 of a cookie is kept.
CREATE TABLE sessions (
    hash            bytea PRIMARY KEY,
    participant_id  uuid NOT NULL REFERENCES participants,
    created_at      timestamptz NOT NULL DEFAULT now(),
    expires_at      timestamptz NOT NULL
);

-- Groups ------------------------------------------------------------------------------------------------------------

CREATE TABLE groups (
    id                uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    study_id          uuid NOT NULL REFERENCES studies,
    study_version_id  uuid NOT NULL REFERENCES study_versions,
    arm               text,
    synthetic         boolean NOT NULL,
    size              smallint NOT NULL CHECK (size BETWEEN 2 AND 5),
    minimum           smallint NOT NULL CHECK (minimum BETWEEN 2 AND size),
    seed              bigint NOT NULL CHECK (seed >= 0),
    state             text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'finished', 'released')),
    created_at        timestamptz NOT NULL DEFAULT now(),
    finished_at       timestamptz,
    UNIQUE (id, size)
);

CREATE TABLE members (
    group_id        uuid NOT NULL,
    group_size      smallint NOT NULL,
    participant_id  uuid NOT NULL UNIQUE REFERENCES participants,
    seat            smallint NOT NULL CHECK (seat BETWEEN 1 AND group_size),
    joined_at       timestamptz NOT NULL DEFAULT now(),
    left_at         timestamptz,
    left_phase      text,
    PRIMARY KEY (group_id, participant_id),
    UNIQUE (group_id, seat),
    FOREIGN KEY (group_id, group_size) REFERENCES groups (id, size)
);

-- Rounds ------------------------------------------------------------------------------------------------------------

-- Every step of a study locks the row of the round it moves.
CREATE TABLE rounds (
    id                 uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    group_id           uuid NOT NULL REFERENCES groups,
    number             smallint NOT NULL CHECK (number >= 1),
    question_id        uuid NOT NULL REFERENCES questions,
    seed               bigint NOT NULL CHECK (seed >= 0),
    phase              text NOT NULL DEFAULT 'pending'
                       CHECK (phase IN ('pending', 'opinions', 'drafting', 'ratings', 'finished')),
    phase_entered_at   timestamptz NOT NULL DEFAULT now(),
    phase_deadline_at  timestamptz,
    started_at         timestamptz,
    finished_at        timestamptz,
    UNIQUE (group_id, number),
    UNIQUE (group_id, question_id),
    UNIQUE (id, group_id)
);

-- Agreement with the two position statements, before the opinion: 1 strongly disagree … 7 strongly agree.
CREATE TABLE stances (
    round_id        uuid NOT NULL,
    group_id        uuid NOT NULL,
    participant_id  uuid NOT NULL,
    affirming       smallint NOT NULL CHECK (affirming BETWEEN 1 AND 7),
    negating        smallint NOT NULL CHECK (negating BETWEEN 1 AND 7),
    submitted_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (round_id, participant_id),
    FOREIGN KEY (round_id, group_id) REFERENCES rounds (id, group_id),
    FOREIGN KEY (group_id, participant_id) REFERENCES members
);

CREATE TABLE opinions (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    round_id        uuid NOT NULL,
    group_id        uuid NOT NULL,
    participant_id  uuid NOT NULL,
    text            text NOT NULL CHECK (text <> ''),
    submitted_at    timestamptz NOT NULL DEFAULT now(),
    UNIQUE (round_id, participant_id),
    FOREIGN KEY (round_id, group_id) REFERENCES rounds (id, group_id),
    FOREIGN KEY (group_id, participant_id) REFERENCES members
);

-- Generations -------------------------------------------------------------------------------------------------------

-- One row makes one statement. It is a job that workers claim (FOR UPDATE SKIP LOCKED) under a lease, and, once
-- finished, the record of how the statement came about: given these columns, the same build and kind of CPU, the same
-- candidates come out again.
CREATE TABLE generations (
    id                        uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    round_id                  uuid NOT NULL REFERENCES rounds,
    position                  smallint NOT NULL,       -- the condition's place in the study's list, from 1
    condition                 text NOT NULL,
    source                    text NOT NULL CHECK (source IN ('model', 'human-opinion', 'position-statement')),
    settings                  jsonb NOT NULL,          -- the condition as the study version states it
    included_participant_ids  uuid[] NOT NULL,         -- in the order their opinions go in
    excluded_participant_ids  uuid[] NOT NULL,
    seed                      bigint NOT NULL CHECK (seed >= 0),
    created_at                timestamptz NOT NULL DEFAULT now(),

    state                     text NOT NULL DEFAULT 'queued'
                              CHECK (state IN ('queued', 'running', 'finished', 'failed')),
    attempts                  smallint NOT NULL DEFAULT 0,
    worker_id                 uuid,
    lease_expires_at          timestamptz,
    tokens_done               integer NOT NULL DEFAULT 0,
    tokens_expected           integer NOT NULL DEFAULT 0,
    error                     text,

    model                     jsonb,                   -- facts of the model file, build, threads and CPU
    model_sha256              text,
    prompt_template           text,
    prompt_version            text,
    prompt_text               text,
    prompt_tokens             integer,
    shortened                 jsonb,                   -- what was cut from which opinion
    sampling                  jsonb,
    started_at                timestamptz,
    finished_at               timestamptz,
    seconds                   double precision,
    UNIQUE (round_id, condition)
);
CREATE INDEX generations_waiting ON generations (created_at, position) WHERE state IN ('queued', 'running');

-- Every text that was drawn, the rejected ones with the reason.
CREATE TABLE candidates (
    generation_id    uuid NOT NULL REFERENCES generations,
    draw             smallint NOT NULL CHECK (draw >= 1),     -- 1 is the first batch, 2 … 4 redraws
    number           smallint NOT NULL CHECK (number >= 1),   -- its place in the batch
    seed             bigint NOT NULL,
    text             text NOT NULL,
    token_count      integer NOT NULL,
    log_probability  double precision NOT NULL,
    finish           text NOT NULL,
    malformation     text,
    predictions      jsonb,
    welfare          double precision,
    chosen           boolean NOT NULL,
    PRIMARY KEY (generation_id, draw, number)
);
CREATE UNIQUE INDEX candidates_one_chosen ON candidates (generation_id) WHERE chosen;

CREATE TABLE statements (
    id             uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    generation_id  uuid NOT NULL UNIQUE REFERENCES generations,
    round_id       uuid NOT NULL REFERENCES rounds,
    text           text NOT NULL,
    malformed      boolean NOT NULL DEFAULT false,
    author_id      uuid REFERENCES participants,       -- whose opinion it is, when a person wrote it
    created_at     timestamptz NOT NULL DEFAULT now(),
    UNIQUE (id, round_id)
);

-- Ratings -----------------------------------------------------------------------------------------------------------

-- One statement put before one member, at a place drawn for that member. Its id is all that a browser learns.
CREATE TABLE presentations (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    statement_id    uuid NOT NULL,
    round_id        uuid NOT NULL,
    group_id        uuid NOT NULL,
    participant_id  uuid NOT NULL,
    position        smallint NOT NULL CHECK (position >= 1),
    shown_at        timestamptz,
    UNIQUE (statement_id, participant_id),
    UNIQUE (round_id, participant_id, position),
    FOREIGN KEY (statement_id, round_id) REFERENCES statements (id, round_id),
    FOREIGN KEY (round_id, group_id) REFERENCES rounds (id, group_id),
    FOREIGN KEY (group_id, participant_id) REFERENCES members
);

-- Agreement: 1 strongly disagree … 7 strongly agree. Quality: 1 terrible … 7 excellent.
CREATE TABLE ratings (
    presentation_id  uuid PRIMARY KEY REFERENCES presentations,
    agreement        smallint NOT NULL CHECK (agreement BETWEEN 1 AND 7),
    quality          smallint NOT NULL CHECK (quality BETWEEN 1 AND 7),
    submitted_at     timestamptz NOT NULL DEFAULT now()
);
