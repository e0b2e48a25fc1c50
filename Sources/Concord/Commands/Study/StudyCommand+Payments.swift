// List what people are owed.

import ArgumentParser
import Studies

extension PaymentFormat: ExpressibleByArgument {}

extension StudyCommand {
    struct Payments: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "payments", abstract: "List what people are owed: base pay, waiting pay, bonuses.")

        @Argument(help: "The study's name.") var name: String
        @Flag(help: "Print JSON.") var json = false
        @Option(
            help: ArgumentHelp(
                "What is due, as a file: prolific-approve (ids whose base pay is due), prolific-bonus (id,amount for the rest), csv.",
                valueName: "format"))
        var format: PaymentFormat?
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                if let format {
                    let study = try await StudyCatalog(database: database).study(named: name)
                    print(try await Studies.Payments(database: database).file(format, of: study), terminator: "")
                    return
                }
                let people = try await Studies.Payments(database: database).list(study: name)
                if json { return try Output.json(people) }
                Output.table(
                    ["PERSON", "BASE", "WAITING", "BONUS", "TOTAL", "PAID", "DUE", "CURRENCY"],
                    people.map {
                        [$0.person, $0.base, $0.waiting, $0.bonus, $0.total, $0.paid, $0.due, $0.currency]
                    })
            }
        }
    }
}
