// concord questions proposals, accept, reject

import ArgumentParser
import Foundation
import Studies

extension QuestionsCommand {
    struct Proposals: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "proposals", abstract: "List the questions that the model wrote and that wait for a yes.")

        @Option(help: "The question set's name.") var set: String
        @Flag(help: "Print JSON.") var json = false
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let proposals = try await QuestionProposals(database: database).list(of: set)
                if json { return try Output.json(proposals) }
                for proposal in proposals {
                    print("\(proposal.id.uuidString.lowercased())  \(proposal.question)")
                    print("    for: \(proposal.affirmingStatement)")
                    print("    against: \(proposal.negatingStatement)")
                    if !proposal.words.isEmpty { print("    look twice: \(proposal.words.joined(separator: ", "))") }
                }
                if proposals.isEmpty { print("No question waits for a yes.") }
            }
        }
    }

    struct Accept: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "accept", abstract: "Take written questions into their set.")

        @Argument(help: "The ids of the proposals.") var ids: [UUID]
        @Option(help: "The question set's name.") var set: String
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                for id in ids {
                    let accepted = try await QuestionProposals(database: database).accept(id, in: set)
                    print("Accepted as \(accepted.key); \(set) is at version \(accepted.version).")
                }
            }
        }
    }

    struct Reject: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "reject", abstract: "Refuse written questions, so that they are not proposed again.")

        @Argument(help: "The ids of the proposals.") var ids: [UUID]
        @Option(help: "The question set's name.") var set: String
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                for id in ids { try await QuestionProposals(database: database).reject(id, in: set) }
                print("Rejected \(ids.count) proposal\(ids.count == 1 ? "" : "s").")
            }
        }
    }
}

extension UUID: @retroactive ExpressibleByArgument {
    public init?(argument: String) { self.init(uuidString: argument) }
}
