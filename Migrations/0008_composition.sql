-- Groups of several sizes, composed by what is known of people; people counted by what they answer.

-- How many members the group was to have; fewer started when somebody had waited as long as the study lets them.
ALTER TABLE groups ADD COLUMN wanted_size smallint;
UPDATE groups g SET wanted_size = (v.settings->'groups'->>'size')::smallint
FROM study_versions v WHERE v.id = g.study_version_id;
ALTER TABLE groups ALTER COLUMN wanted_size SET NOT NULL, ADD CHECK (wanted_size BETWEEN size AND 5);

-- What is known of people before they come, by their ids on a platform: an object from names to texts.
CREATE TABLE platform_attributes (
    study_id     uuid NOT NULL REFERENCES studies,
    platform_id  text NOT NULL,
    attributes   jsonb NOT NULL CHECK (jsonb_typeof(attributes) = 'object'),
    loaded_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (study_id, platform_id)
);
-- As they were when the person came.
ALTER TABLE participants ADD COLUMN attributes jsonb CHECK (jsonb_typeof(attributes) = 'object');

ALTER TABLE participants DROP CONSTRAINT participants_end_reason;
ALTER TABLE participants ADD CONSTRAINT participants_end_reason
    CHECK (end_reason IN ('screened-out', 'comprehension-failed', 'waited-in-vain', 'over-quota', 'quota-filled',
                          'timed-out', 'group-ended', 'returned', 'removed', 'stopped-keep', 'stopped-delete'));
