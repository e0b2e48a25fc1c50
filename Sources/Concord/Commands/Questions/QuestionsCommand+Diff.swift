// concord questions diff

import ArgumentParser
import Consensus
import Studies

extension QuestionsCommand {
    struct Diff: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "diff", abstract: "Show what one version of a question set changed in another.")

        @Option(help: "The question set's name.") var set: String
        @Option(help: "The earlier version; 0 is the empty set. [default: the one before]") var from: Int?
        @Option(help: "The later version. [default: the newest]") var to: Int?
        @Flag(help: "Print JSON.") var json = false
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let found = try await QuestionSets(database: database).difference(of: set, from: from, to: to)
                if json { return try Output.json(found.difference) }
                print("Version \(found.to) of \(set), against version \(found.from):")
                Self.show(found.difference)
                if found.difference.isEmpty { print("Nothing differs.") }
            }
        }

        /// "+" for what was added, "-" for what was retired, "~" for what changed; within a text, [-words-] that went and
        /// {+words+} that came.
        static func show(_ difference: QuestionDifference) {
            for question in difference.added { print("+ \(question.key)  \(question.text)") }
            for question in difference.retired { print("- \(question.key)  \(question.text)") }
            for question in difference.changed {
                print("~ \(question.key)")
                for change in question.changes {
                    let words = change.words.pieces.map { piece in
                        switch piece.kind {
                        case .same: piece.text
                        case .removed: "[-\(piece.text)-]"
                        case .added: "{+\(piece.text)+}"
                        }
                    }
                    print("    \(change.field): \(words.joined(separator: " "))")
                }
            }
            if !difference.moved.isEmpty { print("Moved: \(difference.moved.joined(separator: ", "))") }
        }
    }
}
