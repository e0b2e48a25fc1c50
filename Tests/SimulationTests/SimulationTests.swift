// Runs of simulated people against a real HTTP server.

import Foundation
import Simulation
import Synchronization
import Testing

@Suite("Runs of simulated people", .timeLimit(.minutes(2)))
struct SimulationTests {
    private func simulation(
        _ port: Int, _ study: PaperStudy, participants: Int = 6, seed: UInt64 = 3, token: String? = nil,
        patience: Duration = .seconds(30), habits: Habits = Habits()
    ) throws -> Simulation {
        Simulation(
            server: try #require(URL(string: "http://127.0.0.1:\(port)")), study: "paper", participants: participants,
            seed: seed, token: token ?? study.token, patience: patience, habits: habits)
    }

    @Test("Everybody goes through the study, and everything that was acknowledged was stored")
    func complete() async throws {
        let study = PaperStudy(), log = AnswerLog(), last = Mutex<SimulationProgress?>(nil)
        let report = try await PaperServer(study: study).whileUp { port in
            try await simulation(port, study).run(
                onAnswer: { await log.note($0) }, progress: { progress in last.withLock { $0 = progress } })
        }
        #expect(report.finished == 6 && report.participants == 6)
        #expect(report.failures.isEmpty && report.broken.isEmpty)
        #expect(await study.debriefed == 6)
        #expect(await study.ratings == 6 * PaperStudy.statements.count)
        #expect(await study.ratedOnlyWhatWasShown)

        // Joined, instructed, stance, opinion, two statements shown and rated, debriefed.
        let answers = await log.answers
        #expect(answers.count == 6 * 9 && Set(answers).count == answers.count)
        #expect(report.answers == answers.count)
        let opinions = answers.compactMap { if case .opinion(_, 1, let text) = $0 { text } else { nil } }
        #expect(opinions.sorted() == (await study.opinions))
        let steps = ["instructions", "stance", "opinion", "rating", "debriefing"]
        #expect(steps.allSatisfy { (report.medianSecondsPerStep[$0] ?? -1) >= 0 })
        let end = try #require(last.withLock { $0 })
        #expect(end.finished == 6 && end.total == 6 && end.failed == 0 && end.peoplePerStep.isEmpty)
    }

    @Test("Dropouts close the page at some step and are never seen again; a run says how many")
    func dropouts() async throws {
        func run(_ dropout: Double) async throws -> (SimulationReport, debriefed: Int) {
            let study = PaperStudy(groupSize: 1)
            let report = try await PaperServer(study: study).whileUp { port in
                try await simulation(port, study, participants: 30, habits: Habits(dropout: dropout)).run { _ in }
            }
            return (report, await study.debriefed)
        }
        let (some, debriefed) = try await run(0.5)
        #expect(some.failures.isEmpty && some.ended.isEmpty)
        #expect(some.vanished > 0 && some.finished > 0 && some.vanished + some.finished == 30)
        #expect(debriefed == some.finished)
        let (all, _) = try await run(1)
        #expect(all.vanished > some.vanished)
        let (again, _) = try await run(1)
        #expect(again.vanished == all.vanished)
    }

    @Test("The same seed gives the same answers to the same questions and statements, another seed gives others")
    func deterministic() async throws {
        func answers(seed: UInt64) async throws -> Set<AcknowledgedAnswer> {
            let study = PaperStudy(), log = AnswerLog()
            _ = try await PaperServer(study: study).whileUp { port in
                try await simulation(port, study, seed: seed).run(onAnswer: { await log.note($0) }) { _ in }
            }
            // A session is drawn anew for everybody.
            return Set(await log.answers.filter { if case .joined = $0 { false } else { true } })
        }
        let first = try await answers(seed: 3)
        #expect(first.count == 6 * 8)
        #expect(try await answers(seed: 3) == first)
        #expect(try await answers(seed: 4) != first)
    }

    @Test("A server that is not there yet is waited for")
    func absentAtFirst() async throws {
        let study = PaperStudy()
        let port = try await PaperServer(study: study).whileUp { $0 }
        let refused = try await simulation(port, study, patience: .milliseconds(200)).run { _ in }
        #expect(refused.finished == 0, "the port was not free")

        let run = Task { try await simulation(port, study).run { _ in } }
        try await Task.sleep(for: .milliseconds(400))
        let finished = try await PaperServer(study: study).whileUp(port: port) { _ in
            try await run.value.finished
        }
        #expect(finished == 6)
    }

    @Test("A server that restarts in the middle finds everybody again by their cookie")
    func restart() async throws {
        let study = PaperStudy(), (opinions, told) = AsyncStream.makeStream(of: Void.self)
        let (up, back) = AsyncStream.makeStream(of: Void.self)
        let server = PaperServer(study: study)
        let port = try await server.whileUp { $0 }
        let run = Task {
            try await simulation(port, study).run(
                onAnswer: { answer in
                    // The first person is held after the opinion until the server has been away and is back.
                    guard case .opinion(1, _, _) = answer else { return }
                    told.yield()
                    for await _ in up { break }
                }
            ) { _ in }
        }
        try await server.whileUp(port: port) { _ in
            for await _ in opinions { break }
        }
        #expect(await study.joined == 6)
        let finished = try await server.whileUp(port: port) { _ in
            back.yield()
            return try await run.value.finished
        }
        #expect(finished == 6)
        #expect(await study.joined == 6)
        #expect(await study.debriefed == 6)
    }

    @Test("When the reply to an answer is lost, the same answer is sent again, and counted once")
    func lostReplies() async throws {
        let study = PaperStudy(fault: .losesFirstReplies), log = AnswerLog()
        let report = try await PaperServer(study: study).whileUp { port in
            try await simulation(port, study).run(onAnswer: { await log.note($0) }) { _ in }
        }
        #expect(report.finished == 6)
        #expect(report.broken == [Breakage.serverError.rawValue: 6 * 8], "each error was one that a person would have seen")
        let answers = await log.answers
        #expect(answers.count == 6 * 9 && Set(answers).count == answers.count)
        let received = await study.received
        #expect(received.count == 6 * 6)
        for (request, bodies) in received {
            let different = request.hasSuffix("shown") || request.hasSuffix("rating") ? PaperStudy.statements.count : 1
            #expect(Set(bodies).count == different && bodies.count == 2 * different, "\(request): \(bodies)")
        }
    }

    @Test("A refusal ends a person's part with the reason that the server gave")
    func refusal() async throws {
        let study = PaperStudy(fault: .refusesOpinions("Please write about the question."))
        let report = try await PaperServer(study: study).whileUp { port in
            try await simulation(port, study, participants: 3).run { _ in }
        }
        #expect(report.finished == 0)
        #expect(report.failures.map(\.participant) == [1, 2, 3])
        #expect(report.failures.allSatisfy { $0.reason.hasSuffix("422: Please write about the question.") })
        let refusals = await study.received.filter { $0.key.hasSuffix("opinion") }
        #expect(refusals.count == 3 && refusals.values.allSatisfy { $0.count == 1 })
    }

    @Test("A wrong token and an unknown study are reported for everybody")
    func notLetIn() async throws {
        let study = PaperStudy()
        let report = try await PaperServer(study: study).whileUp { port in
            try await simulation(port, study, participants: 2, token: "made-up").run { _ in }
        }
        #expect(report.failures.count == 2)
        #expect(report.failures.allSatisfy { $0.reason.contains("The token is not valid.") })
    }

    @Test("People for whom no group is left give up when patience runs out, and the report, as JSON too, says so")
    func leftOver() async throws {
        let study = PaperStudy()
        let report = try await PaperServer(study: study).whileUp { port in
            try await simulation(port, study, participants: 7, patience: .seconds(4)).run { _ in }
        }
        #expect(report.finished == 6)
        #expect(report.failures.map(\.reason) == ["waited in vain in the step lobby"])
        // They looked again now and then, not as fast as they could.
        #expect(await (5...300).contains(study.looks))

        #expect(!report.medianSecondsPerStep.isEmpty)
        #expect(try JSONDecoder().decode(SimulationReport.self, from: JSONEncoder().encode(report)) == report)
    }

    @Test("A server that never comes is given up when patience runs out")
    func away() async throws {
        let study = PaperStudy()
        let port = try await PaperServer(study: study).whileUp { $0 }
        let start = ContinuousClock.now
        let report = try await simulation(port, study, participants: 2, patience: .seconds(1)).run { _ in }
        #expect(ContinuousClock.now - start >= .seconds(1))
        #expect(report.finished == 0 && report.answers == 0)
        #expect(report.failures.count == 2)
        #expect(report.failures.allSatisfy { $0.reason.hasPrefix("the server could not be reached for too long") })
    }

    @Test("A server that asks for the same again and again does not keep a person for ever")
    func askedAgain() async throws {
        let study = PaperStudy(fault: .forgetsStances)
        let report = try await PaperServer(study: study).whileUp { port in
            try await simulation(port, study, participants: 3).run { _ in }
        }
        #expect(report.failures.count == 3)
        #expect(report.failures.allSatisfy { $0.reason.contains("asked again for stance of round 1") })
    }

    @Test("A cancelled run ends at once")
    func cancelled() async throws {
        let study = PaperStudy()
        try await PaperServer(study: study).whileUp { port in
            let (waiting, told) = AsyncStream.makeStream(of: Void.self)
            // One person alone: the lobby, for good.
            let run = Task {
                try await simulation(port, study, participants: 1, patience: .seconds(600)).run { progress in
                    if progress.peoplePerStep["lobby"] == 1 { told.yield() }
                }
            }
            for await _ in waiting { break }
            run.cancel()
            await #expect(throws: CancellationError.self) { try await run.value }
        }
    }

    @Test("People who send everything twice, come one after another and take their time finish like all others")
    func habits() async throws {
        let study = PaperStudy(groupSize: 3)
        let habits = Habits(slow: 0.5, doubleSubmit: 1, arrivalsPerSecond: 20, slowness: 0.01...0.1)
        let report = try await PaperServer(study: study).whileUp { port in
            try await simulation(port, study, participants: 12, habits: habits).run { _ in }
        }
        #expect(report.finished == 12 && report.failures.isEmpty, "\(report.failures)")
        #expect(await study.opinions.count == 12)
        let sent = await study.received
        let opinions = sent.filter { $0.key.hasSuffix("opinion") }.values
        #expect(opinions.count == 12 && opinions.allSatisfy { $0.count == 2 })
    }

    @Test("People who reload, go back, answer in two tabs, or leave for a while get through all the same")
    func wandering() async throws {
        func run(_ wander: Double, seed: UInt64 = 3) async throws -> (SimulationReport, [String]) {
            let study = PaperStudy(groupSize: 1)
            let report = try await PaperServer(study: study).whileUp { port in
                try await simulation(
                    port, study, participants: 12, seed: seed, habits: Habits(wander: wander, absence: 0.01...0.1)
                ).run { _ in }
            }
            #expect(report.finished == 12 && report.failures.isEmpty, "\(report.failures)")
            return (report, await study.opinions)
        }
        let (straight, opinions) = try await run(0)
        #expect(straight.wanderings.isEmpty && opinions.count == 12)
        let (always, same) = try await run(1)
        #expect(same == opinions, "nobody answers otherwise, or twice")
        #expect(Set(always.wanderings.keys) == Set(Wandering.allCases.map(\.rawValue)))
        #expect(always.answers == straight.answers)
        let (again, _) = try await run(1)
        #expect(again.wanderings == always.wanderings)
        let (some, _) = try await run(0.3)
        #expect((1..<always.wanderings.values.reduce(0, +)).contains(some.wanderings.values.reduce(0, +)))
        for (step, median) in always.medianSecondsPerStep { #expect((always.longestSecondsPerStep[step] ?? -1) >= median) }
    }

    @Test("People come at times drawn from the seed, spread over the time that the rate gives")
    func arrivals() {
        let habits = Habits(dropout: 0.3, slow: 0.3, doubleSubmit: 0.3, wander: 0.3, stop: 0.3, listen: 0.3, arrivalsPerSecond: 4)
        let people = (1...200).map { habits.ofPerson($0, of: 200, seed: 5) }
        #expect(people == (1...200).map { habits.ofPerson($0, of: 200, seed: 5) })
        #expect(people != (1...200).map { habits.ofPerson($0, of: 200, seed: 6) })
        let seconds = people.map { $0.arrival / .seconds(1) }.sorted()
        #expect(seconds[0] >= 0 && seconds[199] < 50)
        // By chance, not one after another at equal distances: some come together, and some long after the last.
        let gaps = zip(seconds.dropFirst(), seconds).map { $0 - $1 }
        #expect(gaps.contains { $0 < 0.02 } && gaps.contains { $0 > 0.75 })
        #expect((20...30).contains(seconds[100]))
        for share in [people.count { $0.stepsUntilStop != nil }, people.count { $0.isListening }, people.count { $0.stepsUntilGone != nil }] {
            #expect((35...85).contains(share))
        }
        #expect(Set(people.filter { $0.stepsUntilStop != nil }.map(\.isDeleting)) == [true, false])
    }

    @Test("An answer that is refused though it is asked for, a step that comes again, and a wait past its time are counted as broken")
    func broken() async throws {
        func report(_ fault: PaperStudy.Fault) async throws -> SimulationReport {
            let study = PaperStudy(groupSize: 1, fault: fault)
            return try await PaperServer(study: study).whileUp { port in
                try await simulation(port, study, participants: 2, patience: .seconds(2)).run { _ in }
            }
        }
        let refused = try await report(.conflictsOnOpinions)
        #expect(refused.broken == [Breakage.refused.rawValue: 2] && refused.failures.count == 2)
        let backwards = try await report(.showsStancesAgain)
        #expect(backwards.broken[Breakage.backwards.rawValue] ?? 0 >= 2, "\(backwards.broken)")
        let overdue = try await report(.letsDeadlinesPass)
        #expect(overdue.broken == [Breakage.overdue.rawValue: 2], "\(overdue.broken)")
    }

    @Test(
        "An address that is none is refused before anybody sets out",
        arguments: ["/somewhere", "ftp://host", "http:"])
    func badServer(address: String) async throws {
        let server = try #require(URL(string: address))
        let simulation = Simulation(
            server: server, study: "paper", participants: 1, seed: 1, token: "", patience: .seconds(1))
        await #expect(throws: SimulationError.badServer(address)) { try await simulation.run { _ in } }
    }
}
