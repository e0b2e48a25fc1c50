// List people's own words, and decide who may read them.

import ArgumentParser
import Foundation
import Studies

extension ReviewList.Part: ExpressibleByArgument {}

extension StudyCommand {
    struct Texts: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "texts", abstract: "List what people wrote, with what the screen noticed in it.")

        @Argument(help: "The study's name.") var name: String
        @Option(help: "unread, flagged, hidden or all.") var part: ReviewList.Part = .unread
        @Option(help: "How many to leave out from the beginning.") var skip = 0
        @Flag(help: "Print JSON.") var json = false
        @OptionGroup var databaseOptions: DatabaseOptions

        func validate() throws {
            guard skip >= 0 else { throw ValidationError("--skip must be 0 or more.") }
        }

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let study = try await StudyCatalog(database: database).study(named: name)
                let list = try await Reviews(database: database).list(part, of: study, readsAll: true, skipping: skip)
                if json { return try Output.json(list) }
                Output.table(
                    ["ID", "SHOWN", "NOTICED", "DECIDED", "TEXT"],
                    list.texts.map { text in
                        [
                            text.id.uuidString.lowercased(), text.visible ? "yes" : "no",
                            Set(text.findings.map(\.kind)).sorted().joined(separator: " "),
                            text.decisions.last.map { $0.decision.rawValue } ?? "",
                            (text.text ?? "").replacing("\n", with: " "),
                        ]
                    })
            }
        }
    }

    struct Review: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "review", abstract: "Decide whether others may read a text; concord study texts lists them.")

        @Argument(help: "The study's name.") var name: String
        @Argument(help: "The text's id.") var text: String
        @Flag(help: "Others may read it.") var approve = false
        @Flag(help: "Others may not read it.") var hide = false
        @Option(help: "Why; needed for --hide.") var reason: String?
        @OptionGroup var databaseOptions: DatabaseOptions

        func validate() throws {
            guard approve != hide else { throw ValidationError("Say --approve or --hide.") }
            guard approve || reason?.isEmpty == false else { throw ValidationError("Say why with --reason.") }
        }

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let study = try await StudyCatalog(database: database).study(named: name)
                guard let id = UUID(uuidString: text) else { throw ReviewError.unknownText(text) }
                let reviews = Reviews(database: database)
                let newest = try await reviews.text(id, of: study).decisions.last?.id
                let decided = try await reviews.decide(
                    id, approve ? .approve : .hide, because: reason, after: newest, in: study, by: .commandLine)
                print("The text is \(decided.visible ? "shown" : "not shown").")
            }
        }
    }
}
