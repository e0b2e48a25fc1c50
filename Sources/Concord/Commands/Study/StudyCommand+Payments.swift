// List what people are owed.

import ArgumentParser
import Studies

extension StudyCommand {
    struct Payments: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "payments", abstract: "List what people are owed: base pay, waiting pay, bonuses.")

        @Argument(help: "The study's name.") var name: String
        @Flag(help: "Print JSON.") var json = false
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let people = try await Studies.Payments(database: database).list(study: name)
                if json { return try Output.json(people) }
                Output.table(
                    ["PERSON", "BASE", "WAITING", "BONUS", "TOTAL", "CURRENCY"],
                    people.map {
                        [$0.platformID ?? $0.participantID.uuidString.lowercased(), $0.base, $0.waiting, $0.bonus, $0.total, $0.currency]
                    })
            }
        }
    }
}
