-- Who runs studies: users, their sessions and tokens, whose study is whose, who changed what, and long work.

-- A password is kept as scrypt of it; the cost is log2 of scrypt's N.
CREATE TABLE users (
    id                    uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name                  text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
    role                  text NOT NULL CHECK (role IN ('admin', 'researcher')),
    password_salt         bytea NOT NULL,
    password_key          bytea NOT NULL,
    password_cost         smallint NOT NULL CHECK (password_cost BETWEEN 10 AND 22),
    must_change_password  boolean NOT NULL DEFAULT true,
    created_at            timestamptz NOT NULL DEFAULT now(),
    signed_in_at          timestamptz,               -- last
    disabled_at           timestamptz
);

-- Session cookies of users; only the SHA-256 of a cookie is kept.
CREATE TABLE user_sessions (
    hash          bytea PRIMARY KEY,
    user_id       uuid NOT NULL REFERENCES users,
    created_at    timestamptz NOT NULL DEFAULT now(),
    last_used_at  timestamptz NOT NULL DEFAULT now(),
    expires_at    timestamptz NOT NULL
);
CREATE INDEX user_sessions_by_user ON user_sessions (user_id);

-- Tries to give a password that failed or are being looked at, of the last hour or so: what throttling counts. The name is
-- as it was typed, hashed, since people type passwords into the wrong field.
CREATE TABLE sign_in_failures (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name_hash  bytea NOT NULL,
    address    text NOT NULL,
    failed_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sign_in_failures_by_time ON sign_in_failures (failed_at);

-- With whom a study is shared. A study that no admin who can sign in has, such as one made on the command line, every admin
-- has.
CREATE TABLE study_users (
    study_id   uuid NOT NULL REFERENCES studies,
    user_id    uuid NOT NULL REFERENCES users,
    shared_by  uuid REFERENCES users,
    shared_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (study_id, user_id)
);

-- Tokens of scope api act for a user, with that user's rights.
ALTER TABLE tokens DROP CONSTRAINT tokens_scope_check;
ALTER TABLE tokens
    ADD COLUMN user_id       uuid REFERENCES users,
    ADD COLUMN last_used_at  timestamptz,
    ADD CONSTRAINT tokens_scope_check CHECK (scope IN ('simulation', 'recruitment', 'api')),
    ADD CONSTRAINT tokens_of_users CHECK ((scope = 'api') = (user_id IS NOT NULL));

-- Who changed what. Rows are only ever added.
CREATE TABLE audit_log (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at        timestamptz NOT NULL DEFAULT now(),
    user_id   uuid REFERENCES users,                 -- null for the command line
    via       text NOT NULL CHECK (via IN ('page', 'token', 'command-line')),
    action    text NOT NULL,                         -- 'study.open', 'participant.remove', …
    study_id  uuid REFERENCES studies,
    subject   text,                                  -- what it was done to
    details   jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_log_by_study ON audit_log (study_id, id);

CREATE FUNCTION keep_audit_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log only grows';
END $$;
CREATE TRIGGER audit_log_only_grows BEFORE UPDATE OR DELETE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION keep_audit_log();

-- Work that takes longer than a request: claimed by a server under a lease, so that a dead one's work is taken over.
CREATE TABLE jobs (
    id                uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    kind              text NOT NULL,
    study_id          uuid REFERENCES studies,
    user_id           uuid REFERENCES users,
    parameters        jsonb NOT NULL DEFAULT '{}',
    state             text NOT NULL DEFAULT 'waiting'
                      CHECK (state IN ('waiting', 'running', 'finished', 'failed', 'cancelled')),
    done              bigint NOT NULL DEFAULT 0,
    total             bigint,
    note              text NOT NULL DEFAULT '',
    result            jsonb,
    error             text,
    tries             smallint NOT NULL DEFAULT 0,
    worker            uuid,
    lease_expires_at  timestamptz,
    cancel_requested  boolean NOT NULL DEFAULT false,
    created_at        timestamptz NOT NULL DEFAULT now(),
    started_at        timestamptz,
    finished_at       timestamptz,
    CHECK ((state = 'running') = (lease_expires_at IS NOT NULL)),
    CHECK ((state = 'finished') = (result IS NOT NULL)),
    CHECK ((state = 'failed') = (error IS NOT NULL))
);
CREATE INDEX jobs_to_do ON jobs (created_at) WHERE state IN ('waiting', 'running');
