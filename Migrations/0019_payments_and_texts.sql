-- What was paid, and which of people's own words others may read.

-- Paid --------------------------------------------------------------------------------------------------------------

-- That an amount was paid, or, when that was a mistake, was not. Facts that are only ever added to: the newest one of an
-- amount holds. Those of one batch were marked in one go.
CREATE TABLE payment_marks (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    payment_id  uuid NOT NULL REFERENCES payments,
    batch       uuid NOT NULL,
    paid        boolean NOT NULL,
    note        text,
    user_id     uuid REFERENCES users,               -- null for the command line
    via         text NOT NULL CHECK (via IN ('page', 'token', 'command-line')),
    created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX payment_marks_by_payment ON payment_marks (payment_id, id);
CREATE TRIGGER payment_marks_append_only BEFORE UPDATE OR DELETE ON payment_marks
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payment_marks_not_emptied BEFORE TRUNCATE ON payment_marks
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Every amount, and whether it is paid, since when and by whom.
CREATE VIEW payment_states AS
SELECT y.id AS payment_id, coalesce(m.paid, false) AS paid, m.created_at AS marked_at, m.user_id AS marked_by, m.batch, m.note
FROM payments y
     LEFT JOIN LATERAL (SELECT * FROM payment_marks m WHERE m.payment_id = y.id ORDER BY m.id DESC LIMIT 1) m ON true;

-- What the server does by itself is logged too, such as pausing a study whose budget is used up.
ALTER TABLE audit_log DROP CONSTRAINT audit_log_via_check;
ALTER TABLE audit_log ADD CONSTRAINT audit_log_via_check CHECK (via IN ('page', 'token', 'command-line', 'server'));

-- Checked texts -----------------------------------------------------------------------------------------------------

-- What the screen noticed in an opinion: kinds as in Studies/Texts. It decides nothing by itself.
CREATE TABLE opinion_findings (
    opinion_id  uuid NOT NULL REFERENCES opinions ON DELETE CASCADE,
    kind        text NOT NULL,
    start       integer NOT NULL CHECK (start >= 0),    -- in characters, from 0
    length      integer NOT NULL CHECK (length >= 1),
    rules       text NOT NULL,                          -- the version of the rules
    PRIMARY KEY (opinion_id, start, length, kind)
);

-- What admins decided about an opinion. Only ever added to, but that it goes with the opinion; the newest one holds.
CREATE TABLE opinion_decisions (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    opinion_id  uuid NOT NULL REFERENCES opinions ON DELETE CASCADE,
    decision    text NOT NULL CHECK (decision IN ('approve', 'hide')),
    reason      text CHECK (reason <> ''),
    user_id     uuid REFERENCES users,                  -- null for the command line
    via         text NOT NULL CHECK (via IN ('page', 'token', 'command-line')),
    created_at  timestamptz NOT NULL DEFAULT now(),
    CHECK (decision = 'approve' OR reason IS NOT NULL)
);
CREATE INDEX opinion_decisions_by_opinion ON opinion_decisions (opinion_id, id);
CREATE TRIGGER opinion_decisions_never_changed BEFORE UPDATE ON opinion_decisions
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A round waits for the review of its opinions, where the study asks for it.
ALTER TABLE rounds DROP CONSTRAINT rounds_phase_check;
ALTER TABLE rounds ADD CONSTRAINT rounds_phase_check
    CHECK (phase IN ('pending', 'opinions', 'review', 'opinion-ratings', 'drafting', 'ratings', 'finished', 'abandoned'));
ALTER TABLE members
    DROP CONSTRAINT members_away_phase_check,
    DROP CONSTRAINT members_left_phase_check,
    ADD CONSTRAINT members_away_phase_check
        CHECK (away_phase IN ('opinions', 'review', 'opinion-ratings', 'drafting', 'ratings')),
    ADD CONSTRAINT members_left_phase_check
        CHECK (left_phase IN ('opinions', 'review', 'opinion-ratings', 'drafting', 'ratings'));

-- When a round waited for its review, if it did.
ALTER TABLE rounds ADD COLUMN review_started_at timestamptz, ADD COLUMN review_ended_at timestamptz;

-- What happens to people's words before others read them, as the study's `review.before_display` says: `never` hides nothing,
-- `flagged` hides what the screen noticed something in, `always` everything, until an admin decides. A study that shows
-- people's words to others and says nothing of it hides what is flagged; one that shows them to nobody hides nothing. A
-- column, because settings are too large to be looked through once per text.
ALTER TABLE study_versions ADD COLUMN review_mode text NOT NULL GENERATED ALWAYS AS (
    coalesce(settings->'review'->>'before_display',
             CASE WHEN settings @> '{"opinion_ratings": true}' OR settings @> '{"conditions": [{"source": "human-opinion"}]}'
                  THEN 'flagged' ELSE 'never' END)) STORED;

-- Who may read what. The one place that decides it: pages, results, reports and dumps read opinions and statements through
-- these views, in which a text that is not to be read is empty, as one is that was deleted. The author reads their own. A
-- decision of an admin holds; without one it is as the study says.
CREATE VIEW visible_opinions AS
SELECT o.id, o.round_id, o.group_id, o.participant_id, CASE WHEN seen.visible THEN o.text ELSE '' END AS text, o.submitted_at,
       seen.flagged, seen.decision, v.review_mode AS mode, seen.visible
FROM opinions o
     JOIN groups g ON g.id = o.group_id
     JOIN study_versions v ON v.id = g.study_version_id
     CROSS JOIN LATERAL (
         SELECT EXISTS (SELECT FROM opinion_findings f WHERE f.opinion_id = o.id) AS flagged,
                (SELECT d.decision FROM opinion_decisions d WHERE d.opinion_id = o.id ORDER BY d.id DESC LIMIT 1) AS decision
         OFFSET 0    -- looked up once per opinion, not once per mention below
     ) facts
     CROSS JOIN LATERAL (
         SELECT facts.flagged, facts.decision,
                CASE WHEN facts.decision IS NOT NULL THEN facts.decision = 'approve'
                     WHEN v.review_mode = 'always' THEN false
                     WHEN v.review_mode = 'flagged' THEN NOT facts.flagged
                     ELSE true END AS visible
     ) seen;

-- A statement that is a member's own words is read by whoever may read the opinion.
CREATE VIEW visible_statements AS
SELECT s.id, s.generation_id, s.round_id, s.number, CASE WHEN seen.visible THEN s.text ELSE '' END AS text, s.malformed,
       s.author_id, s.created_at, seen.visible
FROM statements s
     CROSS JOIN LATERAL (
         SELECT s.author_id IS NULL
                OR coalesce((SELECT o.visible FROM visible_opinions o
                             WHERE o.round_id = s.round_id AND o.participant_id = s.author_id), false) AS visible
     ) seen;

-- A prompt holds the opinions that went into it.
CREATE VIEW visible_prompts AS
SELECT n.id AS generation_id,
       CASE WHEN NOT EXISTS (SELECT FROM visible_opinions o
                             WHERE o.round_id = n.round_id AND o.participant_id = ANY(n.included_participant_ids)
                               AND NOT o.visible)
            THEN n.prompt_text END AS prompt_text
FROM generations n;
