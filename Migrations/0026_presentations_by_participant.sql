-- What one person was shown, without reading what everybody was: their pages ask for it at every look.
CREATE INDEX presentations_by_participant ON presentations (participant_id);
