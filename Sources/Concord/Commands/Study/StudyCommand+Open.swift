// Open a study.

import ArgumentParser
import Studies

extension StudyCommand {
    struct Open: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "open", abstract: "Let participants in.")
        @OptionGroup var move: MoveOptions
        func run() async throws { try await move.run(to: .open) }
    }
}
