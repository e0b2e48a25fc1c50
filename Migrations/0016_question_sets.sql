-- Question sets that people work on: what each version changed, imports looked at first, clusterings, splits, written
-- and screened questions.

-- A question may wait for its topic and its split; no study uses one without a split. A retired question is one that the
-- newest version no longer has.
ALTER TABLE questions
    ALTER COLUMN topic DROP NOT NULL,
    ALTER COLUMN split DROP NOT NULL;
CREATE INDEX questions_by_key ON questions (key);

ALTER TABLE question_set_versions
    ADD COLUMN note       text NOT NULL DEFAULT '',   -- what was done, in one sentence
    ADD COLUMN made_by    text,                       -- the admin's name; null for the command line
    ADD COLUMN splitting  jsonb;                      -- the seed and the shares, where splits were drawn

-- A file that waits for an admin's yes. Once it is imported, or a day has passed, its text goes.
CREATE TABLE question_imports (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    set_name    text NOT NULL CHECK (set_name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    file_name   text NOT NULL,
    format      text NOT NULL CHECK (format IN ('csv', 'tsv', 'json')),
    text        text NOT NULL,
    keeps       boolean NOT NULL,                     -- whether questions that the file lacks stay
    base        integer NOT NULL CHECK (base >= 0),   -- the version it was compared with, 0 for a new set
    made_by     text,
    created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX question_imports_by_time ON question_imports (created_at);

-- Topics that were found, for a person to name and to use, or not.
CREATE TABLE question_clusterings (
    id                       uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    question_set_version_id  uuid NOT NULL REFERENCES question_set_versions,
    encoder_sha256           text NOT NULL,
    encoder_name             text NOT NULL,
    sentence_embeddings      boolean NOT NULL,        -- false: the pooled states of a language model
    seed                     bigint NOT NULL CHECK (seed >= 0),
    clusters                 integer NOT NULL CHECK (clusters >= 2),
    clusters_given           boolean NOT NULL,        -- whether the number was asked for
    silhouette               double precision NOT NULL,
    adjusted_rand_index      double precision,        -- against the topics that the version has; null where it has none
    trials                   jsonb NOT NULL,          -- per number of clusters tried, its silhouette and its inertia
    words                    jsonb NOT NULL,          -- per cluster, its most distinctive words
    made_by                  text,
    created_at               timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX question_clusterings_by_version ON question_clusterings (question_set_version_id, created_at);

CREATE TABLE question_clusters (
    question_clustering_id  uuid NOT NULL REFERENCES question_clusterings,
    key                     text NOT NULL,            -- the question's
    cluster                 integer NOT NULL CHECK (cluster >= 1),
    x                       double precision NOT NULL,
    y                       double precision NOT NULL,
    PRIMARY KEY (question_clustering_id, key)
);

-- Questions that the model wrote, each waiting for an admin's yes. A row of question_writings is how they came about.
CREATE TABLE question_writings (
    id                       uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    question_set_version_id  uuid NOT NULL REFERENCES question_set_versions,
    seed_keys                text[] NOT NULL,         -- the questions it went by
    wanted                   integer NOT NULL CHECK (wanted >= 1),
    seed                     bigint NOT NULL CHECK (seed >= 0),
    model                    jsonb NOT NULL,          -- facts of the model file, build, threads and CPU
    prompt                   text NOT NULL,
    prompt_version           text NOT NULL,
    sampling                 jsonb NOT NULL,
    drafts                   jsonb NOT NULL,          -- every draw, the dropped ones with the reason
    made_by                  text,
    created_at               timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE question_proposals (
    id                   uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    question_set_id      uuid NOT NULL REFERENCES question_sets,
    question_writing_id  uuid NOT NULL REFERENCES question_writings,
    number               integer NOT NULL CHECK (number >= 1),
    question             text NOT NULL CHECK (question <> ''),
    affirming_statement  text NOT NULL CHECK (affirming_statement <> ''),
    negating_statement   text NOT NULL CHECK (negating_statement <> ''),
    topic                text,
    nearest              text,                        -- the question most like it
    similarity           double precision,
    words                text[] NOT NULL,             -- words of the screening list that it has
    state                text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'accepted', 'rejected')),
    accepted_key         text,                        -- the id that it has in the set
    decided_by           text,
    decided_at           timestamptz,
    UNIQUE (question_writing_id, number),
    CHECK ((state = 'pending') = (decided_at IS NULL)),
    CHECK ((state = 'accepted') = (accepted_key IS NOT NULL))
);
CREATE INDEX question_proposals_waiting ON question_proposals (question_set_id) WHERE state = 'pending';

-- Questions that a person should look at before people are asked them. What was flagged is the wording: a question that
-- has changed since needs another look.
CREATE TABLE question_screenings (
    id                       uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    question_set_version_id  uuid NOT NULL REFERENCES question_set_versions,
    word_list_version        text NOT NULL,
    model                    jsonb,                   -- null where the word list was used alone
    prompt_version           text,
    share                    double precision NOT NULL CHECK (share BETWEEN 0 AND 1),
    questions                integer NOT NULL,
    flagged                  integer NOT NULL,
    made_by                  text,
    created_at               timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE question_flags (
    id                     uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    question_set_id        uuid NOT NULL REFERENCES question_sets,
    question_screening_id  uuid NOT NULL REFERENCES question_screenings,
    key                    text NOT NULL,
    question               text NOT NULL,
    finding                jsonb NOT NULL,            -- words of the list, and the model's score and its rank
    decision               text CHECK (decision IN ('keep', 'retire')),
    decided_by             text,
    decided_at             timestamptz,
    UNIQUE (question_set_id, key, question),
    CHECK ((decision IS NULL) = (decided_at IS NULL))
);
