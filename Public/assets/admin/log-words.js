// What the log's actions are called.

/** By the server's name, grouped by what they are about. */
export const actions = {
    "session.sign-in": "Signed in", "user.change-password": "Changed their password",
    "user.create": "Made a user", "user.role": "Changed a user's role", "user.disable": "Kept a user out", "user.enable": "Let a user in again",
    "user.reset-password": "Gave a user a new password", "token.create": "Made a token", "token.revoke": "Revoked a token",
    "study.create": "Made a study", "study.edit": "Changed a study", "study.draft": "Made a study a draft again", "study.open": "Opened a study",
    "study.pause": "Paused a study", "study.close": "Closed a study", "study.archive": "Put a study away", "study.unarchive": "Took a study out again",
    "study.note": "Wrote a note", "study.share": "Shared a study", "study.unshare": "Took a study away", "study.preview": "Looked at a preview",
    "study.rehearse": "Held a rehearsal", "study.invite": "Made invitations", "study.attributes": "Set what is known of people",
    "study.show-conditions": "Looked at conditions", "picture.upload": "Uploaded a picture",
    "participant.view": "Looked at a person's record", "participant.view-page": "Looked at a person's page", "participant.nudge": "Reminded a person",
    "participant.extend": "Gave a person more time", "participant.release": "Released a person from the lobby", "participant.remove": "Removed a person",
    "participant.returned": "Noted that a person returned on the platform", "message.answer": "Answered a message",
    "group.extend": "Gave a group more time", "group.move-on": "Let a group move on", "group.end-round": "Ended a group's round",
    "group.release": "Released a group",
    "text.approve": "Approved a text", "text.hide": "Hid a text",
    "payment.bonus": "Gave a bonus", "payment.paid": "Marked as paid", "payment.unpaid": "Marked as not paid", "payments.file": "Took a file of payments",
    "results.uncover": "Uncovered effects by condition", "dump.make": "Made a dump", "dump.fetch": "Fetched a dump",
    "model.train": "Had a model trained", "model.evaluate": "Had a model evaluated", "job.cancel": "Stopped a piece of work",
    "questions.import": "Imported questions", "questions.add": "Added a question", "questions.edit": "Edited a question",
    "questions.retire": "Retired questions", "questions.restore": "Took a question back", "questions.move": "Moved a question",
    "questions.topic": "Gave questions a topic", "questions.rename-topic": "Renamed a topic", "questions.cluster": "Had questions clustered",
    "questions.use-topics": "Took topics from a clustering", "questions.splits": "Drew splits", "questions.write": "Had questions written",
    "questions.accept": "Accepted a written question", "questions.reject": "Rejected a written question", "questions.screen": "Had questions screened",
    "questions.keep": "Kept a question after screening",
};
