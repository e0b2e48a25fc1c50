-- The model registry, encodings of texts, ratings from elsewhere, and what chose a statement.

-- A model that studies name by name and version. Generators are GGUF files, or low-rank adapters on one; a preference
-- model is a GGUF reward model, or something small that was fitted here and is kept in the row.
CREATE TABLE models (
    id             uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name           text NOT NULL CHECK (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    version        integer NOT NULL CHECK (version >= 1),
    kind           text NOT NULL CHECK (kind IN ('base', 'adapter', 'reward')),
    file           text,                     -- where it lies on every machine that uses it
    fitted         text,                     -- JSON: a head over the parent's encodings, or a scale for its scores
    sha256         text NOT NULL,            -- of the file, or of that text
    parent_id      uuid REFERENCES models,   -- what it was made from: an adapter's base, a head's encoder
    chat_template  text,                     -- one that llama.cpp knows, when the file's own is not; none for no chat
    training       jsonb,                    -- the data and the settings it was trained on
    created_at     timestamptz NOT NULL DEFAULT now(),
    UNIQUE (name, version),
    CHECK ((file IS NULL) <> (fitted IS NULL)),
    CHECK (parent_id IS NOT NULL OR (kind <> 'adapter' AND fitted IS NULL)),
    CHECK (fitted IS NULL OR kind = 'reward')
);
CREATE TRIGGER models_append_only BEFORE UPDATE OR DELETE ON models FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- How well a preference model predicts ratings that it was not trained on.
CREATE TABLE model_evaluations (
    id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    model_id         uuid NOT NULL REFERENCES models,
    ratings          jsonb NOT NULL,         -- where they came from
    splits           jsonb NOT NULL,         -- per split, the model beside its baselines
    beats_baselines  boolean NOT NULL,
    created_at       timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX model_evaluations_by_model ON model_evaluations (model_id, created_at);

-- Encodings, so that each text is read once. A text is known by the SHA-256 of what was read, the question included.
CREATE TABLE encodings (
    encoder_sha256  text NOT NULL,
    text_sha256     bytea NOT NULL,
    encoding        bytea NOT NULL,          -- 32-bit floats, little-endian
    PRIMARY KEY (encoder_sha256, text_sha256)
);

-- Ratings of another study's dump, for training.
CREATE TABLE rating_imports (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name        text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE imported_ratings (
    rating_import_id  uuid NOT NULL REFERENCES rating_imports,
    group_id          text NOT NULL,
    round_id          text NOT NULL,
    participant_id    text NOT NULL,
    question          text NOT NULL,
    split             text NOT NULL CHECK (split IN ('train', 'validation', 'iid_test', 'ood_test')),
    opinion           text NOT NULL,
    statement_id      text NOT NULL,
    statement         text NOT NULL,
    agreement         smallint NOT NULL CHECK (agreement BETWEEN 1 AND 7),
    PRIMARY KEY (rating_import_id, statement_id, participant_id)
);

-- What a generation was made with. The worked examples follow from a seed that all generations of a round share.
ALTER TABLE generations
    ADD COLUMN examples_seed        bigint,
    ADD COLUMN example_set          text,
    ADD COLUMN preference_model_id  uuid REFERENCES models,
    ADD COLUMN choice               jsonb;   -- for people's own words: agreements and welfare per opinion

ALTER TABLE candidates
    ADD COLUMN duplicate_draw    smallint,   -- the candidate drawn before that says nearly the same
    ADD COLUMN duplicate_number  smallint,
    ADD COLUMN rank              smallint CHECK (rank >= 1),
    ADD CHECK ((duplicate_draw IS NULL) = (duplicate_number IS NULL));
