// concord study …: everything that an admin does with studies.

import ArgumentParser
import Studies

struct StudyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "study", abstract: "Create, edit, open and close studies; watch them; invite, remind, remove, pay and answer people.",
        subcommands: [
            Create.self, Edit.self, List.self, Show.self, Open.self, Pause.self, Close.self,
            Invite.self, Submissions.self, Attributes.self, Returned.self, Remove.self, Share.self, Unshare.self, Payments.self, Bonus.self,
            Pay.self, Texts.self, Review.self, Messages.self,
            Answer.self,
            Watch.self, Nudge.self, Release.self, MoveOn.self, EndRound.self, Extend.self,
        ])
}
