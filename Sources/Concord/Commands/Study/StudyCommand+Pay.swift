// Mark what people are due as paid.

import ArgumentParser
import Studies

extension StudyCommand {
    struct Pay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "pay", abstract: "Mark what people are due as paid, or, with --undo, as not paid.",
            discussion: "Nothing is paid by it. Take the file first (concord study payments --format), pay by it, then mark.")

        @Argument(help: "The study's name.") var name: String
        @Argument(help: "People's ids on their platform, or in the dump.") var people: [String] = []
        @Flag(help: "Everybody.") var all = false
        @Flag(help: "Mark as not paid what was marked by mistake.") var undo = false
        @Option(help: "A note that is kept with it.") var note: String?
        @OptionGroup var databaseOptions: DatabaseOptions

        func validate() throws {
            guard all != !people.isEmpty else { throw ValidationError("Name people, or say --all.") }
        }

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let study = try await StudyCatalog(database: database).study(named: name)
                let payments = Studies.Payments(database: database)
                var wanted = try await payments.list(study: name)
                if !all {
                    wanted = try people.map { id in
                        guard let person = wanted.first(where: { $0.platformID == id || $0.person == id.lowercased() || $0.participantID.uuidString == id.uppercased() })
                        else { throw PaymentError.nothingDue(id) }
                        return person
                    }
                }
                let marking = try await payments.mark(
                    wanted.flatMap(\.lines).filter { $0.paid == undo }.map(\.id), paid: !undo, note: note, in: study,
                    by: .commandLine)
                let sum = marking.amounts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
                print(
                    marking.marked == 0
                        ? "Nothing was left to mark."
                        : "\(marking.people == 1 ? "1 person" : "\(marking.people) people"), \(sum): marked as \(undo ? "not paid" : "paid").")
            }
        }
    }
}
