-- The pages of studies: who made a version, notes, archiving, copies that are thrown away, pictures in texts.

-- Copies of a study for looking at it (preview) and for trying it out (rehearsal). They are in nobody's list, nobody takes
-- part in them but whoever looks and simulated people, and they are thrown away with everything in them.
ALTER TABLE studies
    ADD COLUMN archived_at  timestamptz,
    ADD COLUMN copy_of      uuid REFERENCES studies,
    ADD COLUMN copied_for   text CHECK (copied_for IN ('preview', 'rehearsal')),
    ADD COLUMN copied_by    uuid REFERENCES users,
    ADD COLUMN expires_at   timestamptz,
    ADD CHECK ((copy_of IS NULL) = (copied_for IS NULL)),
    ADD CHECK ((copy_of IS NULL) = (expires_at IS NULL)),
    ADD CHECK (archived_at IS NULL OR state IN ('draft', 'closed'));
CREATE INDEX studies_that_expire ON studies (expires_at) WHERE expires_at IS NOT NULL;

ALTER TABLE study_versions ADD COLUMN user_id uuid REFERENCES users;   -- who made it; null for the command line

CREATE TABLE study_notes (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    study_id    uuid NOT NULL REFERENCES studies,
    user_id     uuid REFERENCES users,               -- null for the command line
    text        text NOT NULL CHECK (text <> ''),
    created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX study_notes_by_study ON study_notes (study_id, id);

-- Pictures in a study's texts, known by the SHA-256 of what is in them.
CREATE TABLE pictures (
    sha256      bytea PRIMARY KEY CHECK (octet_length(sha256) = 32),
    type        text NOT NULL CHECK (type IN ('image/png', 'image/jpeg', 'image/gif', 'image/webp')),
    width       integer NOT NULL CHECK (width BETWEEN 1 AND 10000),
    height      integer NOT NULL CHECK (height BETWEEN 1 AND 10000),
    content     bytea NOT NULL,
    user_id     uuid REFERENCES users,
    created_at  timestamptz NOT NULL DEFAULT now()
);

-- Rows that only ever grow in number may still go with a copy, which was never anybody's part in a study.
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND TG_LEVEL = 'ROW' AND EXISTS (
        SELECT FROM participants p JOIN studies s ON s.id = p.study_id
        WHERE p.id = (to_jsonb(OLD)->>'participant_id')::uuid AND s.copy_of IS NOT NULL)
    THEN RETURN OLD;
    END IF;
    RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME;
END $$;
