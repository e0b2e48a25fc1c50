// concord questions screen, flags

import ArgumentParser
import Foundation
import Studies

extension QuestionsCommand {
    struct Screen: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "screen",
            abstract: "Flag questions that are likely to draw hateful or extremist answers, for a person to decide.",
            discussion: """
                Two ways, both kept: words of a list, and the language model's own answer when it is asked, of which the \
                highest share is flagged. A small model is a poor judge: it puts questions before you, and decides nothing.
                """)

        @Option(help: "The question set's name.") var set: String
        @Option(help: "The share of the questions to flag for the model's highest scores, 0 to 1.") var share = 0.05
        @Flag(help: "Go by the word list alone; needs no model.") var wordsOnly = false
        @Flag(help: "Print JSON.") var json = false
        @OptionGroup var databaseOptions: DatabaseOptions
        @OptionGroup var modelOptions: ModelOptions

        func validate() throws {
            guard (0...1).contains(share) else { throw ValidationError("--share must be 0 to 1.") }
        }

        func run() async throws {
            let model = wordsOnly ? nil : try await modelOptions.load()
            let bar = ProgressBar("Questions screened")
            try await databaseOptions.withDatabase { database, _ in
                let outcome = try await QuestionFlags(database: database).screen(
                    set, with: model, share: share, logging: .commandLine
                ) {
                    bar.show($0, of: $1)
                }
                if model != nil { bar.end() }
                if json { return try Output.json(outcome) }
                print(
                    "\(outcome.flagged) of \(outcome.questions) questions are flagged: \(outcome.byWords) for words, "
                        + "\(outcome.byModel) for the model's score. See: concord questions flags --set \(set)")
            }
        }
    }

    struct Flags: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "flags", abstract: "List the flagged questions, or decide about some of them.")

        @Argument(help: "The ids of the flags to decide about.") var ids: [UUID] = []
        @Option(help: "The question set's name.") var set: String
        @Option(help: "keep, or retire.") var decide: QuestionFlags.Decision?
        @Flag(help: "Take the decisions about them back instead, so that they wait again.") var undo = false
        @Flag(help: "Print JSON.") var json = false
        @OptionGroup var databaseOptions: DatabaseOptions

        func validate() throws {
            guard !undo || decide == nil, ids.isEmpty == (decide == nil && !undo) else {
                throw ValidationError("Give ids together with one of --decide and --undo.")
            }
        }

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let flags = QuestionFlags(database: database)
                if let decide {
                    for id in ids { try await flags.decide(id, decide, in: set) }
                    return print("Decided about \(ids.count) question\(ids.count == 1 ? "" : "s"): \(decide.rawValue).")
                }
                if undo {
                    for id in ids { try await flags.reopen(id, in: set) }
                    return print("Took the decision\(ids.count == 1 ? "" : "s") back: \(ids.count).")
                }
                let list = try await flags.list(of: set)
                if json { return try Output.json(list) }
                Output.table(
                    ["FLAG", "ID", "DECISION", "SCORE", "WORDS", "QUESTION"],
                    list.map { flag in
                        [
                            flag.id.uuidString.lowercased(), flag.key, flag.decision ?? "–",
                            flag.finding.score.map { $0.formatted(.number.precision(.fractionLength(2))) } ?? "–",
                            flag.finding.words.isEmpty ? "–" : flag.finding.words.map(\.word).joined(separator: ", "),
                            flag.question,
                        ]
                    })
            }
        }
    }
}

extension QuestionFlags.Decision: ExpressibleByArgument {}
