// Put off a deadline.

import ArgumentParser
import Studies

extension StudyCommand {
    struct Extend: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "extend", abstract: "Put off the deadline of a group's phase, or of a person's stage.")

        @Argument(help: "The study's name.") var name: String
        @OptionGroup var subject: GroupOrPerson
        @Option(help: "How much more time, in minutes.") var minutes: Double
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await subject.carryOut(
                in: name, databaseOptions, aboutGroup: { .extendGroup($0, minutes: minutes, deadline: nil) },
                aboutPerson: { .extendPerson($0, minutes: minutes, deadline: nil) })
        }
    }
}
