// concord log

import ArgumentParser
import Foundation
import Studies

struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "List who changed what, newest first.",
        discussion: "The audit log, as the page Log shows it; of every study and user.")

    @Option(help: "Only what concerns this study.") var study: String?
    @Option(help: "Only entries before the one with this number.") var before: Int64?
    @Option(help: "How many entries at most.") var limit = 100
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var databaseOptions: DatabaseOptions

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit must be at least 1.") }
    }

    func run() async throws {
        try await databaseOptions.withDatabase { database, _ in
            var id: UUID?
            if let study { id = try await StudyCatalog(database: database).study(named: study).id }
            let entries = try await AuditLog(database: database).entries(for: nil, study: id, before: before, limit: limit)
            if json { return try Output.json(entries) }
            Output.table(
                ["NUMBER", "WHEN", "WHO", "BY", "WHAT", "STUDY", "ABOUT", "DETAILS"],
                entries.map { entry in
                    [
                        "\(entry.id)", entry.at.formatted(.iso8601), entry.user ?? "–", entry.via.rawValue, entry.action,
                        entry.study ?? "–", entry.subject ?? "–",
                        entry.details.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", "),
                    ]
                })
        }
    }
}
