// Whom an intervention is about: a group or a person.

import ArgumentParser
import Foundation
import Studies

extension StudyCommand {
    /// The options --group and --person, of which one is given.
    struct GroupOrPerson: ParsableArguments {
        @Option(help: "The group's number, as concord study watch lists it, or its id.") var group: String?
        @Option(help: "The person's id on their platform, or in the dump.") var person: String?

        func validate() throws {
            guard (group == nil) != (person == nil) else { throw ValidationError("give either --group or --person") }
        }

        /// Carries out `aboutGroup` or `aboutPerson`, whichever was named, and prints what came of it.
        func carryOut(
            in name: String, _ databaseOptions: DatabaseOptions, aboutGroup: (UUID) -> Intervention,
            aboutPerson: (UUID) -> Intervention
        ) async throws {
            try await databaseOptions.withDatabase { database, _ in
                let study = try await StudyCatalog(database: database).study(named: name)
                let interventions = Interventions(database: database)
                let intervention =
                    if let group { aboutGroup(try await interventions.group(group, in: study)) } else {
                        aboutPerson(try await interventions.person(person ?? "", in: study))
                    }
                print(try await interventions.carryOut(intervention, in: study, by: .commandLine).says)
            }
        }
    }
}
