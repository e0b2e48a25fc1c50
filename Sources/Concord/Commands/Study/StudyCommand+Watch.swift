// See what is going on in a study.

import ArgumentParser
import Foundation
import Studies

extension StudyCommand {
    struct Watch: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "watch", abstract: "Show what is going on in a study just now, what needs looking at first.")

        @Argument(help: "The study's name.") var name: String
        @Flag(help: "Print JSON.") var json = false
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let study = try await StudyCatalog(database: database).study(named: name)
                let snapshot = try await Watching(database: database).snapshot(of: study, for: .admin)
                if json { return try Output.json(snapshot) }
                print("Study \(name) is \(snapshot.state.rawValue).")
                Output.table(
                    ["STAGE", "END", "PEOPLE", "SIMULATED"],
                    snapshot.counts.map { [$0.stage.rawValue, $0.endReason?.rawValue ?? "", "\($0.people)", "\($0.synthetic)"] })
                let queue = snapshot.queue
                print("Statements in the making: \(queue.running) running, \(queue.waiting) waiting.")
                if let unanswered = snapshot.unanswered { print("Messages without an answer: \(unanswered).") }
                print("Texts to review: \(snapshot.textsToReview).")
                Output.table(
                    ["RISK", "WHO", "WHERE", "TIME LEFT", "WAITS FOR", "WHY"],
                    snapshot.rows.map { row in
                        [
                            row.risk.level.rawValue, row.group.map { "group \($0)" } ?? row.id.uuidString.lowercased(),
                            row.round.map { "round \($0) of \(row.rounds ?? $0): \(row.phase)" } ?? row.phase,
                            row.deadline.map { Self.clock($0.timeIntervalSince(snapshot.now)) } ?? "",
                            row.members.filter { $0.owes != nil && $0.presence == .present }.compactMap(\.seat)
                                .map { "seat \($0)" }.joined(separator: ", "),
                            row.risk.reasons.joined(separator: " "),
                        ]
                    })
                for fault in snapshot.faults.prefix(5) { print("\(fault.at.formatted(.iso8601)) \(fault.text)") }
            }
        }

        private static func clock(_ seconds: Double) -> String {
            let all = Int(seconds.rounded())
            return "\(all < 0 ? "-" : "")\(abs(all) / 60):" + (abs(all) % 60 < 10 ? "0" : "") + "\(abs(all) % 60)"
        }
    }
}
