// concord study create | edit | list | show | open | pause | close

import ArgumentParser
import Studies

struct StudyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "study", abstract: "Create, edit, list, show, open, pause and close studies.",
        subcommands: [
            Create.self, Edit.self, List.self, Show.self, Open.self, Pause.self, Close.self,
            Submissions.self, Attributes.self, Returned.self,
        ])
}
