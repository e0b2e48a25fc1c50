-- Pay, invitations, return codes, tokens of recruitment scripts.

-- What people are to be paid, as facts that are only ever added to: base pay and waiting pay when their part is over,
-- bonuses when a researcher gives them.
CREATE TABLE payments (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    participant_id  uuid NOT NULL REFERENCES participants,
    kind            text NOT NULL CHECK (kind IN ('base', 'waiting', 'bonus')),
    amount          numeric(10, 2) NOT NULL CHECK (amount > 0),
    currency        text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    reason          text NOT NULL CHECK (reason <> ''),   -- how their part ended, or why a bonus was given
    created_at      timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX payments_once ON payments (participant_id, kind) WHERE kind <> 'bonus';

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME;
END $$;
CREATE TRIGGER payments_append_only BEFORE UPDATE OR DELETE ON payments
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Links for one person each; only the SHA-256 of a link's secret is kept.
CREATE TABLE invitations (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    study_id        uuid NOT NULL REFERENCES studies,
    hash            bytea NOT NULL UNIQUE,
    created_at      timestamptz NOT NULL DEFAULT now(),
    participant_id  uuid UNIQUE REFERENCES participants,
    taken_at        timestamptz,
    CHECK ((participant_id IS NULL) = (taken_at IS NULL))
);

-- With which somebody goes on in another browser; only the SHA-256 is kept, and a new one replaces the last.
ALTER TABLE participants ADD COLUMN return_code_hash bytea UNIQUE;

ALTER TABLE tokens DROP CONSTRAINT tokens_scope_check;
ALTER TABLE tokens ADD CONSTRAINT tokens_scope_check CHECK (scope IN ('simulation', 'recruitment'));
