// Close a study.

import ArgumentParser
import Studies

extension StudyCommand {
    struct Close: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "close", abstract: "Take nobody new, for good; those inside finish.")
        @OptionGroup var move: MoveOptions
        func run() async throws { try await move.run(to: .closed) }
    }
}
