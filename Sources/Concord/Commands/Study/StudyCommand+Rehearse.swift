// Try a study out with simulated people.

import ArgumentParser
import Foundation
import Studies

extension StudyCommand {
    struct Rehearse: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rehearse",
            abstract: "Send simulated people through a copy of a study; say how long it takes, and where they wait.",
            discussion: """
                A server has to be running over the same database: it carries the rehearsal out, and its worker makes the \
                statements. The copy is thrown away afterwards.
                """)

        @Argument(help: "The study's name.") var name: String
        @Option(help: "How many people come.") var people = 6
        @Option(help: "fast: they answer at once. people: they take 15 to 45 seconds for each answer.")
        var pace: Rehearsal.Pace = .fast
        @Option(help: "The share of people, 0 to 0.9, who close the page at some step and never come back.")
        var dropout: Double = 0
        @Option(help: "Over how many minutes they come; all at once if it is 0.") var arrivalMinutes: Double = 0
        @Option(help: "The seed: the same one gives the same people.") var seed: UInt64 = 1
        @Flag(help: "Print the report as JSON.") var json = false
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            let parameters = Rehearsal.Parameters(
                people: people, pace: pace, dropout: dropout, arrivalMinutes: arrivalMinutes, seed: seed)
            try await databaseOptions.withDatabase { database, _ in
                let study = try await StudyCatalog(database: database).study(named: name)
                let rehearsals = Rehearsals(database: database)
                guard try await rehearsals.isServerThere() else { throw CommandError.noServer }
                let id = try await rehearsals.ask(for: parameters, of: study, by: .commandLine)
                let bar = ProgressBar("Simulated people through")
                while true {
                    guard let job = try await rehearsals.list(of: study).first(where: { $0.id == id }) else { return }
                    switch job.state {
                    case .waiting, .running:
                        // It may have stopped just before this began.
                        if job.state == .waiting, !(try await rehearsals.isServerThere()) {
                            try await Jobs(database: database).cancel(id)
                            throw CommandError.noServer
                        }
                        bar.show(Int(job.done), of: Int(job.total ?? Int64(people)), note: job.note)
                        try await Task.sleep(for: .milliseconds(500))
                    case .failed, .cancelled:
                        bar.end()
                        throw CommandError.rehearsalFailed(job.error ?? "it was stopped")
                    case .finished:
                        bar.end()
                        guard let report = try job.result(as: Rehearsal.Report.self) else { return }
                        return json ? try Output.json(report) : show(report)
                    }
                }
            }
        }

        private func show(_ report: Rehearsal.Report) {
            func seconds(_ value: Double?) -> String { value.map { String(format: "%.1f", $0) } ?? "–" }
            print("\(report.finished) of \(report.parameters.people) people finished, in \(report.groups) groups and \(seconds(report.seconds)) seconds.")
            if report.vanished > 0 { print("\(report.vanished) closed the page and never came back, as --dropout said.") }
            for end in report.ended { print("\(end.count) ended early: \(end.name)") }
            for kind in report.broken { print("Broken, \(kind.name): \(kind.count)") }
            Output.table(
                ["STEP", "MEDIAN SECONDS", "LONGEST"], report.steps.map { [$0.name, seconds($0.median), seconds($0.longest)] })
            Output.table(
                ["CONDITION", "MADE", "FAILED", "MEDIAN WAIT", "MEDIAN SECONDS", "LONGEST"],
                report.generations.map {
                    [
                        $0.condition, "\($0.made)", "\($0.failed)", seconds($0.medianWait), seconds($0.medianSeconds),
                        seconds($0.longestSeconds),
                    ]
                })
            for failure in report.failures { print(failure) }
        }
    }
}

extension Rehearsal.Pace: ExpressibleByArgument {}
