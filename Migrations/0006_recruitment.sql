-- People who come from a recruitment platform.

ALTER TABLE participants
    ADD COLUMN platform_id       text,         -- their id on the platform
    ADD COLUMN platform_study    text,
    ADD COLUMN platform_session  text;
-- One person has one place in a study.
CREATE UNIQUE INDEX participants_one_place ON participants (study_id, platform_id);
CREATE INDEX participants_by_platform_id ON participants (platform_id) WHERE platform_id IS NOT NULL;

ALTER TABLE participants DROP CONSTRAINT participants_end_reason;
ALTER TABLE participants ADD CONSTRAINT participants_end_reason
    CHECK (end_reason IN ('screened-out', 'comprehension-failed', 'waited-in-vain', 'over-quota', 'timed-out',
                          'group-ended', 'returned', 'removed', 'stopped-keep', 'stopped-delete'));
