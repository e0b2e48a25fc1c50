-- Assignment to arms and conditions by block randomization, versions of a running study, full studies.

-- Every draw that is balanced over a whole study follows from the study's seed. An open study keeps the version that it
-- was opened with; edits make newer ones.
ALTER TABLE studies
    ADD COLUMN seed                bigint NOT NULL DEFAULT floor(random() * 9007199254740992)::bigint CHECK (seed >= 0),
    ADD COLUMN running_version_id  uuid REFERENCES study_versions;
ALTER TABLE studies ALTER COLUMN seed DROP DEFAULT;
UPDATE studies s
SET running_version_id = (SELECT v.id FROM study_versions v WHERE v.study_id = s.id ORDER BY v.version DESC LIMIT 1)
WHERE s.state <> 'draft';

-- A group's place in the allocation sequence of its study version, from 0; real and synthetic groups have one each.
ALTER TABLE groups ADD COLUMN allocation integer;
UPDATE groups g
SET allocation = o.place - 1
FROM (SELECT id, row_number() OVER (PARTITION BY study_version_id, synthetic ORDER BY created_at, id) AS place
      FROM groups) o
WHERE o.id = g.id;
ALTER TABLE groups
    ALTER COLUMN allocation SET NOT NULL,
    ADD CHECK (allocation >= 0),
    ADD CONSTRAINT groups_allocated_once UNIQUE (study_version_id, synthetic, allocation);

-- The names of the conditions allocated to a round, in the order of the study file.
ALTER TABLE rounds ADD COLUMN conditions text[];
UPDATE rounds r
SET conditions = ARRAY(SELECT condition->>'name' FROM jsonb_array_elements(v.settings->'conditions') AS condition)
FROM groups g JOIN study_versions v ON v.id = g.study_version_id
WHERE g.id = r.group_id;
ALTER TABLE rounds ALTER COLUMN conditions SET NOT NULL;

-- Somebody for whom there was no place left.
ALTER TABLE participants DROP CONSTRAINT participants_end_reason;
ALTER TABLE participants ADD CONSTRAINT participants_end_reason
    CHECK (end_reason IN ('waited-in-vain', 'timed-out', 'group-ended', 'over-quota', 'stopped-keep', 'stopped-delete'));
