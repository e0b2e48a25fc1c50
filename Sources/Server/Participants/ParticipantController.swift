// The participants' API: where they are, what they answer.

import Foundation
import Hummingbird
import Postgres
import ServiceLifecycle
import Studies

/// The routes that participants' pages, and simulated participants, use.
struct ParticipantController {
    let enrolment: Enrolment
    let sessions: Sessions
    let reader: ParticipationReader
    let answers: Answers
    let surveys: SurveyResponses
    let departures: Departure
    let drafts: Drafts
    let times: VisibleTime
    let extensions: Extensions
    let messages: Messages
    let feed: ChangeFeed

    init(database: Database, feed: ChangeFeed) {
        enrolment = Enrolment(database: database)
        sessions = Sessions(database: database)
        reader = ParticipationReader(database: database)
        answers = Answers(database: database)
        surveys = SurveyResponses(database: database)
        departures = Departure(database: database)
        drafts = Drafts(database: database)
        times = VisibleTime(database: database)
        extensions = Extensions(database: database)
        messages = Messages(database: database)
        self.feed = feed
    }

    func addRoutes(to router: some RouterMethods<ConcordContext>) {
        router.group("api/participation")
            .get(use: state)
            .get("events", use: events)
            .post("instructions", use: instructions)
            .post("survey", use: survey)
            .post("comprehension", use: comprehension)
            .post("presence", use: presence)
            .post("stance", use: stance)
            .post("opinion", use: opinion)
            .post("shown", use: shown)
            .post("rating", use: rating)
            .post("debriefing", use: debriefing)
            .post("departure", use: departure)
            .post("return-code", use: returnCode)
            .post("draft", use: draft)
            .post("time", use: time)
            .post("extension", use: moreTime)
            .post("messages", use: message)
            .post("messages/read", use: readMessages)
            .post("language", use: language)
    }

    // MARK: - Being there

    private struct Code: ResponseEncodable {
        let code: String
    }

    private func returnCode(_ request: Request, context: ConcordContext) async throws -> Code {
        Code(code: try await sessions.makeReturnCode(for: participant(request, context).id).text)
    }

    private func state(_ request: Request, context: ConcordContext) async throws -> Participation {
        try await reader.state(of: participant(request, context).id)
    }

    private func events(_ request: Request, context: ConcordContext) async throws -> Response {
        let events = feed.events(for: try await participant(request, context).id)
        return Response(
            status: .ok,
            headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: .init { writer in
                for await event in events.cancelOnGracefulShutdown() {
                    switch event {
                    case .change: try await writer.write(ByteBuffer(string: "event: change\ndata: {}\n\n"))
                    case .heartbeat: try await writer.write(ByteBuffer(string: ": still here\n\n"))
                    }
                }
                try await writer.finish(nil)
            })
    }

    // MARK: - Answering

    private struct Understood: Decodable {
        let understood: Bool
    }

    private func instructions(_ request: Request, context: ConcordContext) async throws -> Participation {
        let participant = try await participant(request, context)
        guard try await request.decode(as: Understood.self, context: context).understood else {
            throw StudyError.notYet
        }
        try await enrolment.acceptInstructions(participant.id)
        return try await reader.state(of: participant.id)
    }

    private struct Survey: Decodable {
        let survey: Surveys.Kind
        let round: Int?
        let answers: [String: SurveyAnswer]
    }

    private func survey(_ request: Request, context: ConcordContext) async throws -> Participation {
        let participant = try await participant(request, context)
        let body = try await request.decode(as: Survey.self, context: context)
        try await surveys.give(participant.id, body.survey, round: body.round, answers: body.answers)
        return try await reader.state(of: participant.id)
    }

    private struct Comprehension: Decodable {
        let number: Int
        let answers: [String: String]
    }

    private func comprehension(_ request: Request, context: ConcordContext) async throws -> Participation {
        let participant = try await participant(request, context)
        let body = try await request.decode(as: Comprehension.self, context: context)
        try await surveys.tryComprehension(participant.id, number: body.number, answers: body.answers)
        return try await reader.state(of: participant.id)
    }

    private struct Here: Decodable {
        let here: Bool
    }

    private func presence(_ request: Request, context: ConcordContext) async throws -> Participation {
        let participant = try await participant(request, context)
        guard try await request.decode(as: Here.self, context: context).here else { throw StudyError.notYet }
        try await enrolment.confirmPresence(participant.id)
        return try await reader.state(of: participant.id)
    }

    private struct Stance: Decodable {
        let round: Int
        let affirming: Int
        let negating: Int
    }

    private func stance(_ request: Request, context: ConcordContext) async throws -> Participation {
        let participant = try await participant(request, context)
        let body = try await request.decode(as: Stance.self, context: context)
        try await answers.giveStance(
            participant.id, round: body.round,
            affirming: LikertValue(body.affirming, for: "the first statement"),
            negating: LikertValue(body.negating, for: "the second statement"))
        return try await reader.state(of: participant.id)
    }

    private struct Opinion: Decodable {
        let round: Int
        let text: String
        /// How many of the characters were pasted in, as the page counts them; 0 if nil.
        let pasted: Int?
    }

    private func opinion(_ request: Request, context: ConcordContext) async throws -> Participation {
        let participant = try await participant(request, context)
        let body = try await request.decode(as: Opinion.self, context: context)
        try await answers.giveOpinion(participant.id, round: body.round, text: body.text, pasted: body.pasted ?? 0)
        return try await reader.state(of: participant.id)
    }

    private struct Shown: Decodable {
        let statement: UUID
    }

    private func shown(_ request: Request, context: ConcordContext) async throws -> HTTPResponse.Status {
        let participant = try await participant(request, context)
        let body = try await request.decode(as: Shown.self, context: context)
        try await answers.noteShown(participant.id, presentationID: body.statement)
        return .noContent
    }

    private struct Rating: Decodable {
        let statement: UUID
        let agreement: Int
        let quality: Int
    }

    private func rating(_ request: Request, context: ConcordContext) async throws -> Participation {
        let participant = try await participant(request, context)
        let body = try await request.decode(as: Rating.self, context: context)
        try await answers.rate(
            participant.id, presentationID: body.statement,
            agreement: LikertValue(body.agreement, for: "agreement"),
            quality: LikertValue(body.quality, for: "quality"))
        return try await reader.state(of: participant.id)
    }

    private struct Typed: Decodable {
        let about: UnsentDraft.About
        let round: Int?
        let content: String
        let base: Int
    }

    private func draft(_ request: Request, context: ConcordContext) async throws -> Drafts.Outcome {
        let participant = try await participant(request, context)
        let body = try await request.decode(as: Typed.self, context: context)
        return try await drafts.save(
            body.content, for: participant.id, about: body.about, round: body.round, base: body.base)
    }

    private struct Seen: Decodable {
        let stretches: [VisibleStretch]
    }

    private func time(_ request: Request, context: ConcordContext) async throws -> HTTPResponse.Status {
        let participant = try await participant(request, context)
        try await times.note(request.decode(as: Seen.self, context: context).stretches, of: participant.id)
        return .noContent
    }

    private struct More: Decodable {
        let number: Int
    }

    private func moreTime(_ request: Request, context: ConcordContext) async throws -> Participation {
        let participant = try await participant(request, context)
        try await extensions.take(request.decode(as: More.self, context: context).number, for: participant.id)
        return try await reader.state(of: participant.id)
    }

    private struct Words: Decodable {
        let key: UUID
        let text: String
    }

    private func message(_ request: Request, context: ConcordContext) async throws -> Participation {
        let participant = try await participant(request, context)
        let body = try await request.decode(as: Words.self, context: context)
        try await messages.send(body.text, key: body.key, from: participant.id)
        return try await reader.state(of: participant.id)
    }

    private func readMessages(_ request: Request, context: ConcordContext) async throws -> Participation {
        let participant = try await participant(request, context)
        try await messages.noteRead(by: participant.id)
        return try await reader.state(of: participant.id)
    }

    private struct Choice: Decodable {
        let language: Language
    }

    private func language(_ request: Request, context: ConcordContext) async throws -> Participation {
        let participant = try await participant(request, context)
        try await enrolment.choose(request.decode(as: Choice.self, context: context).language, for: participant.id)
        return try await reader.state(of: participant.id)
    }

    private struct Read: Decodable {
        let read: Bool
    }

    private func debriefing(_ request: Request, context: ConcordContext) async throws -> Participation {
        let participant = try await participant(request, context)
        guard try await request.decode(as: Read.self, context: context).read else { throw StudyError.notYet }
        try await enrolment.acceptDebriefing(participant.id)
        return try await reader.state(of: participant.id)
    }

    private struct Leaving: Decodable {
        let answers: Departure.Answers
    }

    private func departure(_ request: Request, context: ConcordContext) async throws -> Participation {
        let participant = try await participant(request, context)
        let body = try await request.decode(as: Leaving.self, context: context)
        try await departures.leave(participant.id, answers: body.answers)
        return try await reader.state(of: participant.id)
    }

    /// Who asks: whoever has the session, or sits in the preview's seat that the request is about.
    private func participant(_ request: Request, _ context: ConcordContext) async throws -> Participant {
        guard let seat = context.seat else { return try await sessions.participant(with: SessionCookie.secret(in: request)) }
        return try await sessions.participant(in: seat)
    }
}

extension Participation: ResponseGenerator, ResponseEncodable {}
extension Drafts.Outcome: ResponseEncodable {}
