-- What dumps need: which transaction changed a row last, what was removed, keys for pseudonyms.

-- Rows that dumps hold carry the transaction that changed them last, so that a dump can hold what an earlier one did not see:
-- by visibility, not by a clock, because a transaction may commit long after it wrote. Transaction ids begin anew in a
-- cluster that a backup was restored into; what `ahead` adds keeps them growing (Studies/Changes/ChangeClock.swift).
CREATE TABLE change_clock (
    only_row  boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    home      text NOT NULL,                      -- where it counts, as change_home() says
    ahead     bigint NOT NULL DEFAULT 0 CHECK (ahead >= 0)
);

-- The cluster, the database and the table: whatever a backup is restored into, one of them is another.
CREATE FUNCTION change_home() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT concat_ws('/', s.system_identifier, d.oid, 'change_clock'::regclass::oid)
    FROM pg_control_system() s CROSS JOIN pg_database d WHERE d.datname = current_database()
$$;
INSERT INTO change_clock (home) VALUES (change_home());

-- A database that was restored has other changes from then on than the one that the backup is of. Changes counted from
-- `begins` on are of that lineage; of the one before, what was counted from there on was lost with the restoring.
CREATE TABLE change_lineages (
    id      uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    begins  bigint NOT NULL UNIQUE CHECK (begins >= 0)
);
INSERT INTO change_lineages (begins) VALUES (0);

CREATE FUNCTION change_now() RETURNS xid8 LANGUAGE sql VOLATILE AS $$
    SELECT ((pg_current_xact_id()::text::bigint + ahead)::text)::xid8 FROM change_clock
$$;

CREATE FUNCTION stamp_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.changed_in := change_now();
    RETURN NEW;
END $$;

-- Rows that are there already were changed before any dump that others could be compared with.
ALTER TABLE study_versions      ADD COLUMN changed_in xid8 NOT NULL DEFAULT '0';
ALTER TABLE participants        ADD COLUMN changed_in xid8 NOT NULL DEFAULT '0';
ALTER TABLE groups              ADD COLUMN changed_in xid8 NOT NULL DEFAULT '0';
ALTER TABLE members             ADD COLUMN changed_in xid8 NOT NULL DEFAULT '0';
ALTER TABLE rounds              ADD COLUMN changed_in xid8 NOT NULL DEFAULT '0';
ALTER TABLE stances             ADD COLUMN changed_in xid8 NOT NULL DEFAULT '0';
ALTER TABLE opinions            ADD COLUMN changed_in xid8 NOT NULL DEFAULT '0';
ALTER TABLE opinion_ratings     ADD COLUMN changed_in xid8 NOT NULL DEFAULT '0';
ALTER TABLE generations         ADD COLUMN changed_in xid8 NOT NULL DEFAULT '0';
ALTER TABLE candidates          ADD COLUMN changed_in xid8 NOT NULL DEFAULT '0';
ALTER TABLE statements          ADD COLUMN changed_in xid8 NOT NULL DEFAULT '0';
ALTER TABLE presentations       ADD COLUMN changed_in xid8 NOT NULL DEFAULT '0';
ALTER TABLE ratings             ADD COLUMN changed_in xid8 NOT NULL DEFAULT '0';
ALTER TABLE survey_responses    ADD COLUMN changed_in xid8 NOT NULL DEFAULT '0';
ALTER TABLE comprehension_tries ADD COLUMN changed_in xid8 NOT NULL DEFAULT '0';
ALTER TABLE flags               ADD COLUMN changed_in xid8 NOT NULL DEFAULT '0';
ALTER TABLE payments            ADD COLUMN changed_in xid8 NOT NULL DEFAULT '0';
ALTER TABLE visible_stretches   ADD COLUMN changed_in xid8 NOT NULL DEFAULT '0';
ALTER TABLE extensions          ADD COLUMN changed_in xid8 NOT NULL DEFAULT '0';
ALTER TABLE interventions       ADD COLUMN changed_in xid8 NOT NULL DEFAULT '0';
ALTER TABLE erasures            ADD COLUMN changed_in xid8 NOT NULL DEFAULT '0';

-- Only what dumps show counts as a change: not that somebody was seen, that a lease was renewed or a deadline moved.
CREATE TRIGGER stamp BEFORE INSERT ON study_versions FOR EACH ROW EXECUTE FUNCTION stamp_change();
CREATE TRIGGER stamp
    BEFORE INSERT OR UPDATE OF stage, end_reason, instructed_at, lobby_entered_at, debriefed_at, ended_at, language, platform_id,
                               attributes
    ON participants FOR EACH ROW EXECUTE FUNCTION stamp_change();
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON groups FOR EACH ROW EXECUTE FUNCTION stamp_change();
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON members FOR EACH ROW EXECUTE FUNCTION stamp_change();
CREATE TRIGGER stamp
    BEFORE INSERT OR UPDATE OF phase, started_at, finished_at, conditions, review_started_at, review_ended_at
    ON rounds FOR EACH ROW EXECUTE FUNCTION stamp_change();
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON stances FOR EACH ROW EXECUTE FUNCTION stamp_change();
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON opinions FOR EACH ROW EXECUTE FUNCTION stamp_change();
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON opinion_ratings FOR EACH ROW EXECUTE FUNCTION stamp_change();
CREATE TRIGGER stamp
    BEFORE INSERT OR UPDATE OF state, attempts, error, model, model_sha256, prompt_template, prompt_version, prompt_text,
                               prompt_tokens, shortened, sampling, started_at, finished_at, seconds, choice,
                               preference_model_id, example_set
    ON generations FOR EACH ROW EXECUTE FUNCTION stamp_change();
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON candidates FOR EACH ROW EXECUTE FUNCTION stamp_change();
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON statements FOR EACH ROW EXECUTE FUNCTION stamp_change();
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON presentations FOR EACH ROW EXECUTE FUNCTION stamp_change();
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON ratings FOR EACH ROW EXECUTE FUNCTION stamp_change();
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON survey_responses FOR EACH ROW EXECUTE FUNCTION stamp_change();
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON comprehension_tries FOR EACH ROW EXECUTE FUNCTION stamp_change();
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON flags FOR EACH ROW EXECUTE FUNCTION stamp_change();
CREATE TRIGGER stamp BEFORE INSERT ON payments FOR EACH ROW EXECUTE FUNCTION stamp_change();
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON visible_stretches FOR EACH ROW EXECUTE FUNCTION stamp_change();
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON extensions FOR EACH ROW EXECUTE FUNCTION stamp_change();
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON interventions FOR EACH ROW EXECUTE FUNCTION stamp_change();
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON erasures FOR EACH ROW EXECUTE FUNCTION stamp_change();

-- Rows that dumps had, and that are gone: a table of the dump, and what the rows that went had in common.
CREATE TABLE removals (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    participant_id  uuid NOT NULL REFERENCES participants,     -- whose they were
    dump_table      text NOT NULL,
    key             jsonb NOT NULL CHECK (jsonb_typeof(key) = 'object'),
    changed_in      xid8 NOT NULL DEFAULT change_now()
);
CREATE INDEX removals_by_participant ON removals (participant_id);

CREATE FUNCTION note_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    CASE TG_TABLE_NAME
    WHEN 'stances' THEN
        INSERT INTO removals (participant_id, dump_table, key)
        VALUES (OLD.participant_id, 'stances',
                jsonb_build_object('round_id', OLD.round_id, 'participant_id', OLD.participant_id));
    WHEN 'opinions' THEN
        INSERT INTO removals (participant_id, dump_table, key)
        VALUES (OLD.participant_id, 'opinions', jsonb_build_object('opinion_id', OLD.id));
    WHEN 'opinion_ratings' THEN
        INSERT INTO removals (participant_id, dump_table, key)
        VALUES (OLD.participant_id, 'opinion_ratings',
                jsonb_build_object('opinion_id', OLD.opinion_id, 'participant_id', OLD.participant_id));
    WHEN 'ratings' THEN
        -- Of a statement it is in ratings, of an attention check in attention_checks.
        INSERT INTO removals (participant_id, dump_table, key)
        SELECT p.participant_id, CASE n.source WHEN 'attention-check' THEN 'attention_checks' ELSE 'ratings' END,
               jsonb_build_object('statement_id', p.statement_id, 'participant_id', p.participant_id)
        FROM presentations p JOIN statements s ON s.id = p.statement_id JOIN generations n ON n.id = s.generation_id
        WHERE p.id = OLD.presentation_id;
    WHEN 'survey_responses' THEN
        INSERT INTO removals (participant_id, dump_table, key)
        VALUES (OLD.participant_id, 'survey_answers', jsonb_build_object('response_id', OLD.id));
    WHEN 'comprehension_tries' THEN
        INSERT INTO removals (participant_id, dump_table, key)
        VALUES (OLD.participant_id, 'comprehension_tries',
                jsonb_build_object('participant_id', OLD.participant_id, 'number', OLD.number));
    WHEN 'flags' THEN
        INSERT INTO removals (participant_id, dump_table, key)
        VALUES (OLD.participant_id, 'flags', jsonb_build_object('flag_id', OLD.id));
    WHEN 'visible_stretches' THEN
        INSERT INTO removals (participant_id, dump_table, key)
        VALUES (OLD.participant_id, 'answer_times',
                jsonb_build_object('participant_id', OLD.participant_id, 'step', OLD.step));
    END CASE;
    RETURN NULL;
END $$;

CREATE TRIGGER note_removal AFTER DELETE ON stances FOR EACH ROW EXECUTE FUNCTION note_removal();
CREATE TRIGGER note_removal AFTER DELETE ON opinions FOR EACH ROW EXECUTE FUNCTION note_removal();
CREATE TRIGGER note_removal AFTER DELETE ON opinion_ratings FOR EACH ROW WHEN (OLD.submitted_at IS NOT NULL)
    EXECUTE FUNCTION note_removal();
CREATE TRIGGER note_removal AFTER DELETE ON ratings FOR EACH ROW EXECUTE FUNCTION note_removal();
CREATE TRIGGER note_removal AFTER DELETE ON survey_responses FOR EACH ROW EXECUTE FUNCTION note_removal();
CREATE TRIGGER note_removal AFTER DELETE ON comprehension_tries FOR EACH ROW EXECUTE FUNCTION note_removal();
CREATE TRIGGER note_removal AFTER DELETE ON flags FOR EACH ROW EXECUTE FUNCTION note_removal();
CREATE TRIGGER note_removal AFTER DELETE ON visible_stretches FOR EACH ROW EXECUTE FUNCTION note_removal();

-- Models that had learnt from the ratings of somebody before they were erased, as name@version.
ALTER TABLE erasures ADD COLUMN models text[] NOT NULL DEFAULT '{}';

-- The key of a study's pseudonyms: 256 bits, of which 244 are drawn.
ALTER TABLE studies ADD COLUMN pseudonym_key bytea;
UPDATE studies SET pseudonym_key = sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
ALTER TABLE studies
    ALTER COLUMN pseudonym_key SET NOT NULL,
    ALTER COLUMN pseudonym_key SET DEFAULT sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())),
    ADD CHECK (length(pseudonym_key) = 32);

-- HMAC-SHA256 (RFC 2104), in two steps, so that a query prepares its key once.
CREATE FUNCTION hmac_pads(key bytea) RETURNS bytea[] LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
    padded bytea := CASE WHEN length(key) > 64 THEN sha256(key) ELSE key END;
    inner_pad bytea;
    outer_pad bytea;
BEGIN
    padded := padded || decode(repeat('00', 64 - length(padded)), 'hex');
    inner_pad := padded;
    outer_pad := padded;
    FOR place IN 0..63 LOOP
        inner_pad := set_byte(inner_pad, place, get_byte(padded, place) # 54);
        outer_pad := set_byte(outer_pad, place, get_byte(padded, place) # 92);
    END LOOP;
    RETURN ARRAY[inner_pad, outer_pad];
END $$;
CREATE FUNCTION hmac_sha256(pads bytea[], message bytea) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT sha256(pads[2] || sha256(pads[1] || message))
$$;

-- Which rounds and groups of a study count, by the rule of the version that each group takes part under: for all of them at
-- once, because a dump asks about every one. (The views that these take the place of counted the answers of each round by
-- itself.) NULL where the version has no rule.
DROP VIEW group_inclusion;
DROP VIEW round_inclusion;

-- People with one of the flags that the rule leaves out.
CREATE FUNCTION excluded_participants(study uuid) RETURNS TABLE (participant_id uuid) LANGUAGE sql STABLE AS $$
    SELECT DISTINCT f.participant_id
    FROM (SELECT id, settings->'inclusion'->'excluding_flags' AS flags FROM study_versions
          WHERE study_id = study OFFSET 0) v
         JOIN participants p ON p.study_version_id = v.id JOIN flags f ON f.participant_id = p.id
    WHERE v.flags ? f.flag
$$;

-- `members`: those who wrote an opinion, rated every statement put before them, and have no excluding flag. `answers`: ratings
-- of all members together, those of attention checks not counted. `group_included`: whether enough rounds of the group count.
CREATE FUNCTION round_inclusion(study uuid)
RETURNS TABLE (round_id uuid, group_id uuid, members int, answers int, included boolean, group_included boolean)
LANGUAGE sql STABLE AS $$
    SELECT c.round_id, c.group_id, c.members, c.answers, c.included,
           CASE WHEN c.rule IS NOT NULL
                THEN count(*) FILTER (WHERE c.included) OVER (PARTITION BY c.group_id) >= (c.rule->>'rounds')::int END
    FROM (
        SELECT r.id AS round_id, r.group_id, v.rule, coalesce(a.members, 0) AS members, coalesce(a.answers, 0) AS answers,
               CASE WHEN v.rule IS NOT NULL
                    THEN r.phase = 'finished' AND coalesce(a.members, 0) >= (v.rule->>'members')::int
                         AND coalesce(a.answers, 0) >= (v.rule->>'answers')::int END AS included
        FROM groups g JOIN rounds r ON r.group_id = g.id
             JOIN (SELECT id, settings->'inclusion' AS rule FROM study_versions WHERE study_id = study OFFSET 0) v
               ON v.id = g.study_version_id
             LEFT JOIN (
                 SELECT m.round_id, sum(m.answers)::int AS answers,
                        count(*) FILTER (WHERE m.rated_all AND o.id IS NOT NULL AND x.participant_id IS NULL)::int AS members
                 FROM (SELECT p.round_id, p.participant_id, count(*) = count(a.presentation_id) AS rated_all,
                              count(a.presentation_id) FILTER (WHERE n.source <> 'attention-check') AS answers
                       FROM groups g JOIN presentations p ON p.group_id = g.id
                            JOIN statements s ON s.id = p.statement_id JOIN generations n ON n.id = s.generation_id
                            LEFT JOIN ratings a ON a.presentation_id = p.id
                       WHERE g.study_id = study GROUP BY p.round_id, p.participant_id) m
                      LEFT JOIN opinions o ON o.round_id = m.round_id AND o.participant_id = m.participant_id
                      LEFT JOIN excluded_participants(study) x ON x.participant_id = m.participant_id
                 GROUP BY m.round_id) a ON a.round_id = r.id
        WHERE g.study_id = study) c
$$;

-- `rounds`: how many of the group's count.
CREATE FUNCTION group_inclusion(study uuid) RETURNS TABLE (group_id uuid, rounds int, included boolean)
LANGUAGE sql STABLE AS $$
    SELECT g.id, coalesce(i.rounds, 0),
           CASE WHEN v.rule IS NOT NULL THEN coalesce(i.rounds, 0) >= (v.rule->>'rounds')::int END
    FROM groups g
         JOIN (SELECT id, settings->'inclusion' AS rule FROM study_versions WHERE study_id = study OFFSET 0) v
           ON v.id = g.study_version_id
         LEFT JOIN (SELECT group_id, count(*) FILTER (WHERE included)::int AS rounds
                    FROM round_inclusion(study) GROUP BY group_id) i ON i.group_id = g.id
    WHERE g.study_id = study
$$;

-- Each person's payments, and each round's statements, are looked for one by one.
CREATE INDEX payments_by_participant ON payments (participant_id);
CREATE INDEX statements_by_round ON statements (round_id);
