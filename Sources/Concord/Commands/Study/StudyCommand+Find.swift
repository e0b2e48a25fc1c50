// Find a person of a study.

import ArgumentParser
import Studies

extension StudyCommand {
    struct Find: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "find", abstract: "Find a person by whatever you have of them.",
            discussion: """
                By their id or its beginning, their place ("12.3" is seat 3 of group 12, "12" everybody in it), their id on the \
                platform, the id of their submission there, or the id or link of their invitation.
                """)

        @Argument(help: "The study's name.") var name: String
        @Argument(help: "What you have of them.") var text: String
        @Flag(help: "Print JSON.") var json = false
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let study = try await StudyCatalog(database: database).study(named: name)
                let people = try await PeopleSearch(database: database).find(text, in: study, for: .admin)
                if json { return try Output.json(people) }
                if people.isEmpty { return print("Nobody in study \(name) has that id.") }
                Output.table(
                    ["ID", "PLATFORM ID", "GROUP", "SEAT", "STAGE", "ENDED BECAUSE", "FOUND BY"],
                    people.map { person in
                        [
                            person.id.uuidString.lowercased(), person.platformID ?? "–", person.group.map(String.init) ?? "–",
                            person.seat.map(String.init) ?? "–", person.stage.rawValue, person.endReason?.rawValue ?? "–",
                            person.by,
                        ]
                    })
            }
        }
    }
}
