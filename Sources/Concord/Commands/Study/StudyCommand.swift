// concord study …: everything that an admin does with studies.

import ArgumentParser
import Studies

struct StudyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "study", abstract: "Create, edit, try, open and close studies; invite, remove, pay and answer people.",
        subcommands: [
            Create.self, Edit.self, List.self, Show.self, Versions.self, Open.self, Pause.self, Close.self, Duplicate.self,
            Archive.self, Unarchive.self, Note.self, Notes.self, Rehearse.self, Picture.self,
            Invite.self, Submissions.self, Attributes.self, Returned.self, Remove.self, Share.self, Unshare.self, Payments.self, Bonus.self, Messages.self,
            Answer.self,
        ])
}
