// concord study …: everything that an admin does with studies.

import ArgumentParser
import Studies

struct StudyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "study",
        abstract: "Create, edit, try, open and close studies; watch them; invite, remind, remove, pay and answer people.",
        subcommands: [
            Create.self, Edit.self, List.self, Show.self, Versions.self, Open.self, Pause.self, Close.self, Duplicate.self,
            Archive.self, Unarchive.self, Note.self, Notes.self, Rehearse.self, Picture.self, Share.self, Unshare.self,
            Invite.self, Submissions.self, Attributes.self, Returned.self, Remove.self, Payments.self, Bonus.self, Pay.self,
            Texts.self, Review.self, Messages.self,
            Answer.self,
            Watch.self, Find.self, Generations.self, Nudge.self, Release.self, MoveOn.self, EndRound.self, Extend.self,
        ])
}
