-- Watching a study run: what admins did about it, reminders, what went wrong in a server.

-- What was asked for by hand, so that the same request, sent again, does one thing and is answered alike.
CREATE TABLE interventions (
    key         uuid PRIMARY KEY,                    -- drawn by whoever asks
    study_id    uuid NOT NULL REFERENCES studies,
    user_id     uuid REFERENCES users,               -- null for the command line
    action      text NOT NULL,                       -- as in the audit log: 'group.extend', 'participant.remove', …
    subject     uuid NOT NULL,                       -- the group, the participant or the message
    done        boolean NOT NULL,                    -- false where there was nothing left to do
    says        text NOT NULL,                       -- how it was answered
    detail      text,                                -- the minutes, the phase or the round that it was about
    created_at  timestamptz NOT NULL DEFAULT now()
);

-- "Your group is waiting for you": on the person's page until they answer something.
CREATE TABLE nudges (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    participant_id  uuid NOT NULL REFERENCES participants,
    round_id        uuid NOT NULL REFERENCES rounds,
    sent_at         timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX nudges_by_participant ON nudges (participant_id, sent_at);

-- What servers could not do for a study; the same again is counted.
CREATE TABLE study_warnings (
    study_id  uuid NOT NULL REFERENCES studies,
    text      text NOT NULL,
    times     integer NOT NULL DEFAULT 1,
    first_at  timestamptz NOT NULL DEFAULT now(),
    last_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (study_id, text)
);

-- How fast statements have been made of late.
CREATE INDEX generations_made ON generations (finished_at) WHERE state = 'finished' AND source = 'model';
