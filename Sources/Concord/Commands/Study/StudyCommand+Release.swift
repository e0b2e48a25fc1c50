// Let a group, or a person in the lobby, go.

import ArgumentParser
import Studies

extension StudyCommand {
    struct Release: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "release", abstract: "Let a group go before its last round, or a person from the lobby.",
            discussion: """
                Members who are there get a page that thanks them, with their code. Somebody in the lobby is paid for having \
                waited.
                """)

        @Argument(help: "The study's name.") var name: String
        @OptionGroup var subject: GroupOrPerson
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await subject.carryOut(
                in: name, databaseOptions, aboutGroup: { .releaseGroup($0) }, aboutPerson: { .releasePerson($0) })
        }
    }
}
