// Give a bonus.

import ArgumentParser
import Studies

extension StudyCommand {
    struct Bonus: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "bonus", abstract: "Write down a bonus for a person, in the study's currency.",
            discussion: "Bonuses are added up and never taken back; concord study payments lists them.")

        @Argument(help: "The study's name.") var name: String
        @Argument(help: "The person's id on their platform, or in the dump.") var person: String
        @Argument(help: "The amount, such as 1.50.") var amount: Double
        @Option(help: "What it is for.") var reason: String
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                try await Studies.Payments(database: database).giveBonus(amount, to: person, because: reason, study: name)
                print("Written down.")
            }
        }
    }
}
