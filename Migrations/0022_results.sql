-- Effects by condition that an admin has uncovered before their study had its sample.

CREATE TABLE results_uncovered (
    study_id      uuid PRIMARY KEY REFERENCES studies,
    user_id       uuid REFERENCES users,          -- null for the command line
    reason        text NOT NULL CHECK (reason <> ''),
    uncovered_at  timestamptz NOT NULL DEFAULT now()
);
