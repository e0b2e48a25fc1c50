// One person's way through a study, from the consent to the completion code.

import Foundation

/// Follows the state that the server shows, and answers what it asks.
struct Journey {
    /// The participant's number, from 1.
    let participant: Int
    let person: SimulatedPerson
    let crowd: Crowd
    /// How often somebody who waits looks again.
    let interval: Duration
    let onAnswer: (@Sendable (AcknowledgedAnswer) async -> Void)?
    var visitor: Visitor
    var habits: Habits.OfOne
    private var pace: SplitMix64
    private var whim: SplitMix64
    /// What was sent last, for going back to it.
    private var previous: (path: String, body: any Encodable & Sendable)?
    private var hasSecondTab = false
    private var answered: Set<String> = []
    /// The furthest step so far, by ``ShownState/progress``.
    private var furthest = 0
    /// Where the person has waited too long.
    private var overdue: Set<String> = []

    /// How a journey ended when nothing went wrong.
    enum End: Equatable {
        case finished
        /// The server ended the person's part, for this reason.
        case ended(reason: String)
        /// The person closed the page, as they had meant to.
        case vanished
    }

    init(
        participant: Int, person: SimulatedPerson, crowd: Crowd, interval: Duration, visitor: Visitor,
        habits: Habits.OfOne, onAnswer: (@Sendable (AcknowledgedAnswer) async -> Void)?
    ) {
        self.participant = participant
        self.person = person
        self.crowd = crowd
        self.interval = interval
        self.visitor = visitor
        self.habits = habits
        self.pace = SplitMix64(seed: person.seed, for: "pace")
        self.whim = SplitMix64(seed: person.seed, for: "wander")
        self.onAnswer = onAnswer
    }

    private struct Consent: Encodable { var consent = true }
    private struct Understood: Encodable { var understood = true }
    private struct Stance: Encodable { let round, affirming, negating: Int }
    private struct Opinion: Encodable {
        let round: Int
        let text: String
    }
    private struct Shown: Encodable { let statement: UUID }
    private struct Rating: Encodable {
        let statement: UUID
        let agreement, quality: Int
    }
    private struct Here: Encodable { var here = true }
    private struct Survey: Encodable {
        let survey: String
        let round: Int?
        let answers: [String: SurveyChoice]
    }
    private struct Comprehension: Encodable {
        let number: Int
        let answers: [String: String]
    }
    private struct Read: Encodable { var read = true }
    private struct Leaving: Encodable { let answers: String }

    /// Takes the person through the study.
    /// - Throws: ``JourneyError``, `CancellationError`.
    mutating func run(study: String, token: String) async throws -> End {
        let slug = study.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(["-", "_", "."])) ?? study
        let path = "/api/studies/\(slug)/participants"
        // As a browser does, which is given a key there: consent that is sent again is the same person's.
        _ = try await visitor.get("/join/\(slug)")
        var state = try Self.state(try await visitor.post(path, Consent(), token: token), path)
        guard let session = visitor.session else { throw JourneyError.noSession }
        await acknowledge(.joined(participant: participant, session: session))

        var place = ""
        while true {
            let here = "\(state.stepName) \(state.round?.number ?? 0) \(state.statement?.id.uuidString ?? "")"
            if let progress = state.progress {
                if progress < furthest { await crowd.note(.backwards) }
                furthest = max(furthest, progress)
            }
            if here != place, state.step != "done", state.step != "ended" {
                if let steps = habits.stepsUntilGone {
                    if steps == 0 { return .vanished }
                    habits.stepsUntilGone = steps - 1
                }
                await crowd.enter(state.stepName, participant: participant)
                place = here
                if let steps = habits.stepsUntilStop, state.step != "debriefing" {
                    habits.stepsUntilStop = steps > 0 ? steps - 1 : nil
                    if steps == 0 {
                        state = try await stop()
                        continue
                    }
                }
                if whim.unit() < habits.wander {
                    state = try await wander()
                    continue
                }
            }
            switch state.step {
            case "instructions":
                state = try await answer("instructions", in: state, Understood(), .instructed(participant: participant))
            case "survey": state = try await giveSurvey(state)
            case "comprehension": state = try await tryComprehension(state)
            case "lobby" where state.presence != nil:
                // "Still there?", which may be asked again and again.
                let path = "/api/participation/presence"
                state = try Self.state(try await visitor.post(path, Here()), path)
            case "lobby", "waiting": state = try await wait(state)
            case "stance": state = try await giveStance(state)
            case "opinion": state = try await giveOpinion(state)
            case "rating": state = try await rate(state)
            case "debriefing":
                state = try await answer("debriefing", in: state, Read(), .debriefed(participant: participant))
            case "done": return .finished
            case "ended": return .ended(reason: state.ending?.reason ?? "unknown")
            default: throw JourneyError.unknownStep(state.step)
            }
        }
    }

    /// Chooses to stop.
    private mutating func stop() async throws -> ShownState {
        let path = "/api/participation/departure"
        let state = try Self.state(
            try await visitor.post(path, Leaving(answers: habits.isDeleting ? "delete" : "keep")), path)
        await acknowledge(.stopped(participant: participant, deleting: habits.isDeleting))
        return state
    }

    /// Wanders off in a way drawn at random.
    /// - Returns: what the server shows to whoever is back.
    private mutating func wander() async throws -> ShownState {
        let kind = Wandering.allCases[whim.below(Wandering.allCases.count)]
        await crowd.wander(kind)
        switch kind {
        case .reload: break
        case .goBack:
            if let previous {
                do {
                    _ = try await visitor.post(previous.path, previous.body)
                } catch JourneyError.refused(status: 409, _) {
                    // The page says that it was answered already, or that the group has moved on.
                }
            }
        case .secondTab: hasSecondTab = true
        case .leave:
            try await Task.sleep(
                for: .seconds(habits.absence.lowerBound + whim.unit() * (habits.absence.upperBound - habits.absence.lowerBound)))
            await crowd.news()
        }
        let path = "/api/participation"
        return try Self.state(try await visitor.get(path), path)
    }

    private mutating func giveStance(_ state: ShownState) async throws -> ShownState {
        guard let round = state.round?.number, let question = state.question else { throw Self.unreadable("stance") }
        let stance = person.stance(on: question)
        return try await answer(
            "stance", in: state, Stance(round: round, affirming: stance.affirming, negating: stance.negating),
            .stance(participant: participant, round: round, stance), of: "round \(round)")
    }

    private mutating func giveOpinion(_ state: ShownState) async throws -> ShownState {
        guard let round = state.round?.number, let question = state.question, let rule = state.opinion else {
            throw Self.unreadable("opinion")
        }
        let text = person.opinion(
            on: question, minimumWords: rule.minimumWords, maximumCharacters: rule.maximumCharacters)
        return try await answer(
            "opinion", in: state, Opinion(round: round, text: text),
            .opinion(participant: participant, round: round, text: text), of: "round \(round)")
    }

    /// Answers every question, also those that a page would not show; the server takes what it asked for.
    private mutating func giveSurvey(_ state: ShownState) async throws -> ShownState {
        guard let survey = state.survey else { throw Self.unreadable("survey") }
        var answers: [String: SurveyChoice] = [:]
        for question in survey.questions { answers[question.key] = person.answer(question) }
        return try await answer(
            "survey", in: state, Survey(survey: survey.kind, round: state.round?.number, answers: answers),
            .survey(participant: participant, kind: survey.kind, round: state.round?.number),
            of: "\(survey.kind) \(state.round?.number ?? 0)")
    }

    /// Guesses, as somebody does who has not read the instructions: never the same wrong answer twice in a row.
    private mutating func tryComprehension(_ state: ShownState) async throws -> ShownState {
        guard let comprehension = state.comprehension else { throw Self.unreadable("comprehension") }
        var answers: [String: String] = [:]
        for question in comprehension.questions {
            let next = question.chosen.flatMap(question.options.firstIndex(of:)).map { ($0 + 1) % question.options.count }
            answers[question.key] = question.isWrong ? question.options[next ?? 0] : question.chosen ?? question.options.first
        }
        return try await answer(
            "comprehension", in: state, Comprehension(number: comprehension.number, answers: answers),
            .comprehension(participant: participant, number: comprehension.number), of: "try \(comprehension.number)")
    }

    private mutating func rate(_ state: ShownState) async throws -> ShownState {
        guard let question = state.question, let statement = state.statement else { throw Self.unreadable("rating") }
        do {
            _ = try await visitor.post("/api/participation/shown", Shown(statement: statement.id))
            await acknowledge(.shown(participant: participant, statement: statement.id))
        } catch JourneyError.refused(status: 409, _) {
            // It has just been withdrawn; the rating will show where the person is now.
        }
        let rating = person.rate(
            statement: statement.text, ownOpinion: state.opinion?.own ?? person.opinion(on: question),
            question: question)
        return try await answer(
            "rating", in: state, Rating(statement: statement.id, agreement: rating.agreement, quality: rating.quality),
            .rating(participant: participant, statement: statement.id, text: statement.text, rating),
            of: statement.id.uuidString)
    }

    /// Sends an answer and returns what the server shows next. What was acknowledged must not be asked for again: a
    /// person would otherwise answer it for ever.
    private mutating func answer(
        _ name: String, in asked: ShownState, _ body: some Encodable & Sendable, _ acknowledged: AcknowledgedAnswer,
        of subject: String = "the study"
    ) async throws -> ShownState {
        let path = "/api/participation/\(name)"
        guard answered.insert("\(name) \(subject)").inserted else {
            throw JourneyError.askedAgain("\(name) of \(subject)")
        }
        if let slowness = habits.slowness {
            try await Task.sleep(
                for: .seconds(slowness.lowerBound + pace.unit() * (slowness.upperBound - slowness.lowerBound)))
        }
        let twin = habits.isDoubleSubmitting || hasSecondTab ? sendAgain(path, body) : nil
        hasSecondTab = false
        previous = (path, body)
        do {
            let reply: Data
            do {
                reply = try await visitor.post(path, body)
            } catch {
                _ = await twin?.result
                throw error
            }
            // The same answer again is taken, or comes too late because everybody has moved on; nothing else.
            if case .failure(let error)? = await twin?.result {
                guard case JourneyError.refused(status: 409, _) = error else { throw error }
            }
            let state = try Self.state(reply, path)
            await acknowledge(acknowledged)
            return state
        } catch JourneyError.refused(status: 409, let detail) {
            // Too late: the group has moved on. A page shows where the person is now.
            let now = try Self.state(try await visitor.get("/api/participation"), "/api/participation")
            if now.asksForTheSame(as: asked) {
                await crowd.note(.refused)
                throw JourneyError.refused(status: 409, detail: detail)
            }
            return now
        }
    }

    private func sendAgain(_ path: String, _ body: some Encodable & Sendable) -> Task<Data, any Error> {
        var twin = visitor
        return Task { try await twin.post(path, body) }
    }

    private mutating func wait(_ state: ShownState) async throws -> ShownState {
        guard await crowd.isPatient else { throw JourneyError.waitedInVain(step: state.stepName) }
        if state.isOverdue, overdue.insert("\(state.stepName) \(state.round?.number ?? 0)").inserted {
            await crowd.note(.overdue)
        }
        if habits.isListening {
            // A lost event costs seconds: pages look for themselves now and then.
            if try await visitor.listen(to: "/api/participation/events", atMost: .seconds(5)) { await crowd.hear() }
            try await Task.sleep(for: .milliseconds(50))
        } else {
            try await Task.sleep(for: interval)
        }
        let path = "/api/participation"
        let next = try Self.state(try await visitor.get(path), path)
        if next.version != state.version { await crowd.news() }
        return next
    }

    private func acknowledge(_ answer: AcknowledgedAnswer) async {
        await crowd.answered()
        await onAnswer?(answer)
    }

    private static func state(_ body: Data, _ path: String) throws -> ShownState {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        do {
            return try decoder.decode(ShownState.self, from: body)
        } catch {
            throw JourneyError.unreadable(path)
        }
    }

    private static func unreadable(_ name: String) -> JourneyError {
        .unreadable("/api/participation (step \(name))")
    }
}
