-- Dumps that were asked for on the pages, kept for some days. In the database, so that any server can serve what another
-- has made; in chunks, so that no server has to hold one whole.

CREATE TABLE downloads (
    id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    study_id      uuid NOT NULL REFERENCES studies,
    user_id       uuid REFERENCES users,
    job_id        uuid NOT NULL UNIQUE REFERENCES jobs,
    name          text NOT NULL,                     -- of the file
    bytes         bigint NOT NULL CHECK (bytes >= 0),
    sha256        bytea NOT NULL,
    platform_ids  boolean NOT NULL,                  -- whether it has ids of recruitment platforms as they are
    created_at    timestamptz NOT NULL DEFAULT now(),
    expires_at    timestamptz NOT NULL
);
CREATE INDEX downloads_by_study ON downloads (study_id, created_at);

CREATE TABLE download_chunks (
    download_id  uuid NOT NULL REFERENCES downloads ON DELETE CASCADE,
    number       integer NOT NULL CHECK (number >= 0),
    content      bytea NOT NULL,
    PRIMARY KEY (download_id, number)
);
-- It is compressed already.
ALTER TABLE download_chunks ALTER COLUMN content SET STORAGE EXTERNAL;

-- Whoever has their answers deleted is in no file that can still be fetched.
CREATE FUNCTION drop_downloads() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM downloads d USING participants p WHERE p.id = NEW.participant_id AND d.study_id = p.study_id;
    RETURN NULL;
END $$;
CREATE TRIGGER erasures_drop_downloads AFTER INSERT ON erasures FOR EACH ROW EXECUTE FUNCTION drop_downloads();
