-- Data quality: flags, attention checks, and the rule that says which rounds and groups count.

-- Signs that an answer may be worth less. They are facts for researchers; only what the study says excludes anybody.
CREATE TABLE flags (
    id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    participant_id   uuid NOT NULL REFERENCES participants,
    round_id         uuid NOT NULL REFERENCES rounds,
    presentation_id  uuid REFERENCES presentations ON DELETE CASCADE,   -- the rating it is about, for flags of one
    flag             text NOT NULL CHECK (flag IN ('pasted', 'copied-question', 'too-fast-opinion', 'too-fast-rating',
                                                   'straight-lining', 'failed-attention-check')),
    value            double precision NOT NULL,    -- what was measured: a share, seconds, statements, or the agreement given
    created_at       timestamptz NOT NULL DEFAULT now(),
    UNIQUE NULLS NOT DISTINCT (participant_id, round_id, presentation_id, flag)
);

-- An attention check is a statement that tells members what to answer, put among those of its round; no worker makes it.
ALTER TABLE generations DROP CONSTRAINT generations_source_check;
ALTER TABLE generations ADD CONSTRAINT generations_source_check
    CHECK (source IN ('model', 'human-opinion', 'position-statement', 'attention-check'));

-- Which rounds and groups the study's inclusion rule includes; null where it has none. A member counts in a round when
-- they wrote an opinion, rated every statement that was put before them, and have none of the rule's flags.
CREATE VIEW round_inclusion AS
SELECT counted.round_id, counted.group_id, counted.members, counted.answers,
       CASE WHEN counted.rule IS NOT NULL
            THEN counted.phase = 'finished' AND counted.members >= (counted.rule->>'members')::int
                 AND counted.answers >= (counted.rule->>'answers')::int END AS included
FROM (
    SELECT r.id AS round_id, r.group_id, r.phase, v.settings->'inclusion' AS rule,
           (SELECT count(*)::int FROM members m
            WHERE m.group_id = r.group_id
              AND EXISTS (SELECT FROM opinions o WHERE o.round_id = r.id AND o.participant_id = m.participant_id)
              AND EXISTS (SELECT FROM presentations p WHERE p.round_id = r.id AND p.participant_id = m.participant_id)
              AND NOT EXISTS (SELECT FROM presentations p LEFT JOIN ratings a ON a.presentation_id = p.id
                              WHERE p.round_id = r.id AND p.participant_id = m.participant_id
                                AND a.presentation_id IS NULL)
              AND NOT EXISTS (SELECT FROM flags f
                              WHERE f.participant_id = m.participant_id
                                AND v.settings->'inclusion'->'excluding_flags' ? f.flag)) AS members,
           (SELECT count(*)::int FROM ratings a JOIN presentations p ON p.id = a.presentation_id
                                    JOIN statements s ON s.id = p.statement_id
                                    JOIN generations n ON n.id = s.generation_id
            WHERE p.round_id = r.id AND n.source <> 'attention-check') AS answers
    FROM rounds r JOIN groups g ON g.id = r.group_id JOIN study_versions v ON v.id = g.study_version_id
) counted;

CREATE VIEW group_inclusion AS
SELECT g.id AS group_id, count(i.round_id) FILTER (WHERE i.included)::int AS rounds,
       CASE WHEN v.settings->'inclusion' IS NOT NULL
            THEN count(i.round_id) FILTER (WHERE i.included) >= (v.settings->'inclusion'->>'rounds')::int END AS included
FROM groups g JOIN study_versions v ON v.id = g.study_version_id LEFT JOIN round_inclusion i ON i.group_id = g.id
GROUP BY g.id, v.settings;
