// Pause a study.

import ArgumentParser
import Studies

extension StudyCommand {
    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "pause", abstract: "Take nobody new; those inside finish.")
        @OptionGroup var move: MoveOptions
        func run() async throws { try await move.run(to: .paused) }
    }
}
