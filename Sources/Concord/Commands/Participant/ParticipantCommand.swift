// concord participant …

import ArgumentParser
import Studies

struct ParticipantCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "participant", abstract: "Delete what a person wrote and rated.", subcommands: [Erase.self])

    struct Erase: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "erase", abstract: "Delete a person's answers, and what quotes them.",
            discussion: """
                Their opinions, drafts, ratings, survey answers and messages go, with the stored prompts and candidates that quote \
                them, also from ratings that were imported. If they are still in the study, their part ends. Later dumps do not \
                have them. What stays is a tombstone with counts, and the names of the models that had learnt from their ratings \
                or words: those cannot be made to forget, only trained anew.
                """)

        @Argument(help: "The person's id in the dump, or, with --study, on their platform.") var person: String
        @Option(help: "The study's name.") var study: String?
        @Option(help: "Why; it is kept in the log.") var reason = ""
        @Flag(help: "Print JSON.") var json = false
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let departure = Departure(database: database)
                let found = if let study { study } else { try await departure.study(of: person) }
                guard let found else { throw CommandError.unknownPerson(person) }
                let erased = try await departure.erase(person, study: found, because: reason)
                if json { return try Output.json(erased) }
                print(
                    erased.isNew
                        ? "Deleted what \(erased.participantID.uuidString.lowercased()) wrote and rated:"
                        : "The answers of \(erased.participantID.uuidString.lowercased()) were deleted before:")
                Output.table(
                    ["WHAT", "HOW MANY"],
                    [
                        ["opinions", "\(erased.opinions)"], ["stances", "\(erased.stances)"], ["ratings", "\(erased.ratings)"],
                        ["survey answers", "\(erased.surveyResponses)"], ["statements emptied", "\(erased.statements)"],
                        ["prompts", "\(erased.prompts)"], ["candidates emptied", "\(erased.candidates)"],
                    ])
                print(
                    erased.models.isEmpty
                        ? "No model had learnt from their ratings or words, as far as this database can tell."
                        : "Models that had learnt from their ratings or words: \(erased.models.joined(separator: ", ")). Train them anew.")
            }
        }
    }
}
