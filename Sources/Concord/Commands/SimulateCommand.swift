// concord simulate

import ArgumentParser
import Foundation
import Simulation

struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Send simulated people through a study, over the server's public HTTP API.",
        discussion: """
            Simulated people are marked as synthetic and only meet each other. They need a token: on the server's own \
            machine the one in its --data folder is used.
            """)

    @Option(help: "The study's name.") var study: String
    @Option(help: "How many people; a multiple of the group size, or some wait in vain.") var participants: Int
    @Option(help: "The server's address.") var url = "http://127.0.0.1:8080"
    @Option(help: "The seed: the same one gives the same people.") var seed: UInt64 = 1
    @Option(help: "The share of people, 0 to 1, who close the page at some step and never come back.")
    var dropout: Double = 0
    @Option(help: "The share of people, 0 to 1, who take 15 to 45 seconds for each answer.") var slow: Double = 0
    @Option(help: "The share of people, 0 to 1, who send every answer twice at the same time.")
    var doubleSubmit: Double = 0
    @Option(
        help: """
            The share of steps, 0 to 1, at which people wander off: reload, go back and send again, answer in two tabs, or \
            leave for 3 to 20 seconds.
            """)
    var wander: Double = 0
    @Option(help: "The share of people, 0 to 1, who choose to stop at some step, half of them with their answers deleted.")
    var stop: Double = 0
    @Option(help: "The share of people, 0 to 1, who wait by listening to the server's events, as pages do.")
    var listen: Double = 0
    @Option(help: "How many people come per second, at times drawn at random; all at once if it is left out.")
    var arrivalsPerSecond: Double?
    @Option(help: "Seconds without any progress after which a person gives up.") var patience: Int = 600
    @Option(name: .customLong("token"), help: "A simulation token. [CONCORD_TOKEN]") var tokenOption: String?
    @Option(
        name: .customLong("data"),
        help: ArgumentHelp("The server's data folder. [CONCORD_DATA; default: .data]", valueName: "dir"))
    var dataOption: String?
    @Flag(help: "Print the report as JSON.") var json = false

    func validate() throws {
        guard (1...10_000).contains(participants) else {
            throw ValidationError("--participants must be 1 to 10000.")
        }
        let shares = [
            ("dropout", dropout), ("slow", slow), ("double-submit", doubleSubmit), ("wander", wander), ("stop", stop),
            ("listen", listen),
        ]
        for (name, share) in shares {
            guard (0...1).contains(share) else { throw ValidationError("--\(name) must be 0 to 1.") }
        }
        guard arrivalsPerSecond.map({ (0.01...1_000).contains($0) }) ?? true else {
            throw ValidationError("--arrivals-per-second must be 0.01 to 1000.")
        }
        guard patience > 0 else { throw ValidationError("--patience must be at least 1.") }
    }

    func run() async throws {
        guard let address = URL(string: url), ["http", "https"].contains(address.scheme), address.host != nil else {
            throw CommandError.badURL(url)
        }
        let data = URL(filePath: Setting.value(dataOption, "CONCORD_DATA") ?? ".data", directoryHint: .isDirectory)
        guard let token = Setting.value(tokenOption, "CONCORD_TOKEN") ?? SimulationToken.read(in: data) else {
            throw CommandError.noToken
        }
        let bar = ProgressBar("Simulated people finished")
        let report = try await Simulation(
            server: address, study: study, participants: participants, seed: seed, token: token,
            patience: .seconds(patience),
            habits: Habits(
                dropout: dropout, slow: slow, doubleSubmit: doubleSubmit, wander: wander, stop: stop, listen: listen,
                arrivalsPerSecond: arrivalsPerSecond)
        ).run { progress in
            let steps = progress.peoplePerStep.sorted { $0.key < $1.key }.map { "\($0.value) in \($0.key)" }
            bar.show(progress.finished, of: progress.total, note: steps.joined(separator: ", "))
        }
        bar.end()
        if json {
            try Output.json(report)
        } else {
            print("\(report.finished) of \(report.participants) people finished, with \(report.answers) answers.")
            if report.vanished > 0 { print("\(report.vanished) closed the page and never came back, as --dropout said.") }
            for (reason, people) in report.ended.sorted(by: { $0.key < $1.key }) {
                print("\(people) ended early: \(reason)")
            }
            for (kind, times) in report.wanderings.sorted(by: { $0.key < $1.key }) {
                print("\(kind): \(times) time\(times == 1 ? "" : "s")")
            }
            for (kind, times) in report.broken.sorted(by: { $0.key < $1.key }) {
                print("Broken, \(kind): \(times) time\(times == 1 ? "" : "s")")
            }
            Output.table(
                ["STEP", "MEDIAN SECONDS", "LONGEST"],
                report.medianSecondsPerStep.sorted { $0.key < $1.key }.map { step, median in
                    [step, String(format: "%.1f", median), String(format: "%.1f", report.longestSecondsPerStep[step] ?? median)]
                })
            for failure in report.failures { print("Person \(failure.participant): \(failure.reason)") }
        }
        if let kind = report.broken.keys.min() {
            throw CommandError.broken(kind: kind, times: report.broken[kind] ?? 0)
        }
        // Where people vanish, are slow or away, or stop, and where the study itself sends some of them away, others' groups
        // may end early or never form, which is an end with a page.
        let sentAway = ["screened-out", "comprehension-failed", "quota-filled", "over-quota"]
        let isMeant = dropout + slow + wander + stop > 0 || sentAway.contains { report.ended[$0] != nil }
        let atAnEnd = report.finished + (isMeant ? report.vanished + report.ended.values.reduce(0, +) : 0)
        guard atAnEnd == report.participants else {
            throw CommandError.notAllFinished(
                finished: report.finished, of: report.participants,
                reason: report.failures.first?.reason
                    ?? report.ended.keys.min().map { "the server ended somebody's part: \($0)" } ?? "no reason is known")
        }
    }
}
