-- Whether others may read a text changes it for dumps: those of what has changed since another have it again.

CREATE FUNCTION stamp_visibility() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE opinions SET text = text WHERE id = NEW.opinion_id;
    UPDATE statements s SET text = s.text FROM opinions o
    WHERE o.id = NEW.opinion_id AND s.round_id = o.round_id AND s.author_id = o.participant_id;
    UPDATE generations n SET prompt_text = n.prompt_text FROM opinions o
    WHERE o.id = NEW.opinion_id AND n.round_id = o.round_id AND o.participant_id = ANY(n.included_participant_ids)
      AND n.prompt_text IS NOT NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER stamp_visibility AFTER INSERT ON opinion_decisions FOR EACH ROW EXECUTE FUNCTION stamp_visibility();
CREATE TRIGGER stamp_visibility AFTER INSERT ON opinion_findings FOR EACH ROW EXECUTE FUNCTION stamp_visibility();
