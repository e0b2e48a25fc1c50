// concord study move-on | end-round

import ArgumentParser
import Foundation
import Studies

extension StudyCommand {
    struct MoveOn: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "move-on", abstract: "Let a group go on without those whom it waits for in this phase.",
            discussion: "It is as if the deadline had passed: they may come back with the next answer that they give.")

        @Argument(help: "The study's name.") var name: String
        @Argument(help: "The group's number, as concord study watch lists it, or its id.") var group: String
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await StudyCommand.carryOut({ .moveOn($0, round: nil, phase: nil) }, on: group, in: name, databaseOptions)
        }
    }

    struct EndRound: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "end-round", abstract: "End a group's round with what has come in by now, and begin the next.",
            discussion: "Nobody counts as having missed it. Statements that are not made yet are not made.")

        @Argument(help: "The study's name.") var name: String
        @Argument(help: "The group's number, as concord study watch lists it, or its id.") var group: String
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await StudyCommand.carryOut({ .endRound($0, round: nil) }, on: group, in: name, databaseOptions)
        }
    }

    private static func carryOut(
        _ intervention: (UUID) -> Intervention, on group: String, in name: String, _ databaseOptions: DatabaseOptions
    ) async throws {
        try await databaseOptions.withDatabase { database, _ in
            let study = try await StudyCatalog(database: database).study(named: name)
            let interventions = Interventions(database: database)
            let id = try await interventions.group(group, in: study)
            print(try await interventions.carryOut(intervention(id), in: study, by: .commandLine).says)
        }
    }
}
