-- What a model wrote after reading words that others may not read: its drafts, and statements that quote them.

-- Drafts are read as the prompt is (visible_prompts): not where an opinion that went in may not be read. The statements that
-- were shown are read through visible_statements.
CREATE VIEW visible_candidates AS
SELECT c.generation_id, n.round_id, c.draw, c.number, c.seed, CASE WHEN seen.visible THEN c.text ELSE '' END AS text,
       c.token_count, c.log_probability, c.finish, c.malformation, c.duplicate_draw, c.duplicate_number, c.predictions, c.welfare,
       c.rank, c.chosen, c.changed_in, seen.visible
FROM candidates c
     JOIN generations n ON n.id = c.generation_id
     CROSS JOIN LATERAL (
         SELECT NOT EXISTS (SELECT FROM visible_opinions o
                            WHERE o.round_id = n.round_id AND o.participant_id = ANY(n.included_participant_ids)
                              AND NOT o.visible) AS visible
         OFFSET 0    -- looked up once per generation, not once per candidate and mention
     ) seen;

-- Which statements of a model quote an opinion that was hidden after they were made; from before, none does. Kept when the
-- opinion is approved again: who may read it may read them.
CREATE TABLE statement_quotations (
    statement_id  uuid NOT NULL REFERENCES statements ON DELETE CASCADE,
    opinion_id    uuid NOT NULL REFERENCES opinions ON DELETE CASCADE,
    PRIMARY KEY (statement_id, opinion_id)
);
CREATE INDEX statement_quotations_by_opinion ON statement_quotations (opinion_id);

CREATE OR REPLACE VIEW visible_statements AS
SELECT s.id, s.generation_id, s.round_id, s.number, CASE WHEN seen.visible THEN s.text ELSE '' END AS text, s.malformed,
       s.author_id, s.created_at, seen.visible
FROM statements s
     CROSS JOIN LATERAL (
         SELECT CASE WHEN s.author_id IS NULL
                     THEN NOT EXISTS (SELECT FROM statement_quotations q JOIN visible_opinions o ON o.id = q.opinion_id
                                      WHERE q.statement_id = s.id AND NOT o.visible)
                     ELSE coalesce((SELECT o.visible FROM visible_opinions o
                                    WHERE o.round_id = s.round_id AND o.participant_id = s.author_id), false)
                END AS visible
     ) seen;

-- As in migration 0024, and for these.
CREATE OR REPLACE FUNCTION stamp_visibility() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE opinions SET text = text WHERE id = NEW.opinion_id;
    UPDATE statements s SET text = s.text FROM opinions o
    WHERE o.id = NEW.opinion_id AND s.round_id = o.round_id
      AND (s.author_id = o.participant_id
           OR s.id IN (SELECT q.statement_id FROM statement_quotations q WHERE q.opinion_id = NEW.opinion_id));
    UPDATE generations n SET prompt_text = n.prompt_text FROM opinions o
    WHERE o.id = NEW.opinion_id AND n.round_id = o.round_id AND o.participant_id = ANY(n.included_participant_ids)
      AND n.prompt_text IS NOT NULL;
    UPDATE candidates c SET text = c.text FROM opinions o JOIN generations n ON n.round_id = o.round_id
    WHERE o.id = NEW.opinion_id AND o.participant_id = ANY(n.included_participant_ids) AND c.generation_id = n.id;
    RETURN NULL;
END $$;

-- Whether a decision hides what others could read till then.
CREATE FUNCTION takes_back(made opinion_decisions) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT made.decision = 'hide'
           AND coalesce((SELECT d.decision = 'approve' FROM opinion_decisions d
                         WHERE d.opinion_id = made.opinion_id AND d.id < made.id ORDER BY d.id DESC LIMIT 1),
                        (SELECT CASE o.mode WHEN 'always' THEN false WHEN 'flagged' THEN NOT o.flagged ELSE true END
                         FROM visible_opinions o WHERE o.id = made.opinion_id), false)
$$;

-- What is hidden is in no file that can still be fetched.
CREATE FUNCTION drop_downloads_of_opinion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM downloads d USING opinions o JOIN groups g ON g.id = o.group_id
    WHERE o.id = NEW.opinion_id AND d.study_id = g.study_id;
    RETURN NULL;
END $$;
CREATE TRIGGER opinion_decisions_drop_downloads AFTER INSERT ON opinion_decisions FOR EACH ROW
    WHEN (takes_back(NEW)) EXECUTE FUNCTION drop_downloads_of_opinion();
