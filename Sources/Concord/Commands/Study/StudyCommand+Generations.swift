// Read how statements were made.

import ArgumentParser
import Foundation
import Studies

extension StudyCommand {
    struct Generations: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "generations", abstract: "List how statements were made, or are being made, the newest first.",
            discussion: """
                With --conditions each comes with its condition, its candidates, the agreements that were predicted, and why one \
                was chosen. Whoever knows conditions while a study runs may talk differently to participants: that somebody has \
                looked is kept in the log. At most \(GenerationLog.page) are listed; --before goes on.
                """)

        @Argument(help: "The study's name.") var name: String
        @Flag(help: "Show conditions, candidates, and why one was chosen.") var conditions = false
        @Option(help: "Only those of the group with this number.") var group: Int?
        @Flag(help: "Only those with errors.") var failed = false
        @Option(help: ArgumentHelp("Only those before this one.", valueName: "id")) var before: UUID?
        @Flag(help: "Print JSON.") var json = false
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let study = try await StudyCatalog(database: database).study(named: name)
                let log = GenerationLog(database: database)
                var made = try await log.entries(
                    of: study, for: .commandLine, showingConditions: conditions, group: group, onlyFailed: failed, before: before)
                if conditions {
                    for index in made.indices {
                        made[index] = try await log.entry(made[index].id, of: study, for: .commandLine, showingConditions: true)
                    }
                }
                if json { return try Output.json(made) }
                if made.isEmpty { return print("No statements have been made yet.") }
                guard conditions else { return Self.list(made) }
                for one in made { Self.show(one) }
            }
        }

        private static func list(_ made: [GenerationRecord]) {
            Output.table(
                ["ID", "ASKED FOR", "GROUP", "ROUND", "STATE", "SECONDS", "TRIES", "ERROR"],
                made.map { one in
                    [
                        one.id.uuidString.lowercased(), one.createdAt.formatted(.iso8601), "\(one.group)", "\(one.round)", one.state,
                        figure(one.seconds), "\(one.attempts)", one.error ?? "–",
                    ]
                })
        }

        /// One with its condition and candidates.
        private static func show(_ one: GenerationRecord) {
            print(
                "\(one.id.uuidString.lowercased())  group \(one.group), round \(one.round): \(one.shown?.condition ?? "–"), "
                    + "\(one.state), \(figure(one.seconds)) seconds")
            if let error = one.error { print("Error: \(error)") }
            if let shown = one.shown {
                if !shown.included.isEmpty { print("Opinions of seats: \(joined(shown.included))") }
                if !shown.excluded.isEmpty { print("Left out: \(joined(shown.excluded))") }
                for text in shown.statements { print("Statement: \(text.isEmpty ? "(deleted)" : text)") }
            }
            guard let making = one.making else { return print() }
            print("Why: \(making.why)")
            if !making.candidates.isEmpty {
                Output.table(
                    ["CANDIDATE", "FATE", "RANK", "WELFARE", "PREDICTED, BY SEAT", "TEXT"],
                    making.candidates.map { candidate in
                        [
                            "\(candidate.draw).\(candidate.number)", fate(of: candidate), candidate.rank.map(String.init) ?? "–",
                            figure(candidate.welfare), bySeat(candidate.predictions),
                            candidate.text.isEmpty ? "(deleted)" : candidate.text.replacing("\n", with: " "),
                        ]
                    })
            }
            if let agreements = making.agreements {
                Output.table(
                    ["OPINION OF SEAT", "WELFARE", "AGREEMENT, BY SEAT"],
                    agreements.sorted { $0.key < $1.key }.map { seat, agreements in
                        [seat, figure(making.welfare?[seat]), bySeat(agreements)]
                    })
            }
            print()
        }

        private static func fate(of candidate: GenerationRecord.Candidate) -> String {
            let malformation = candidate.malformation?.replacing("_", with: " ")
            if candidate.chosen { return malformation.map { "shown, though \($0)" } ?? "shown" }
            if let malformation { return "rejected: \(malformation)" }
            if let other = candidate.duplicateOf { return "says what \(other) says" }
            return "not chosen"
        }

        private static func joined(_ seats: [Int]) -> String { seats.map(String.init).joined(separator: ", ") }

        private static func bySeat(_ agreements: [String: Double]?) -> String {
            guard let agreements, !agreements.isEmpty else { return "–" }
            return agreements.sorted { $0.key < $1.key }.map { "\($0.key): \(figure($0.value))" }.joined(separator: ", ")
        }

        private static func figure(_ value: Double?) -> String {
            value.map { String(format: "%.2f", $0) } ?? "–"
        }
    }
}
