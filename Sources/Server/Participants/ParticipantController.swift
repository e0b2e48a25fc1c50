// The participants' API: who they are, where they are, what they answer.

import Foundation
import Hummingbird
import Postgres
import ServiceLifecycle
import Studies

/// The routes that participants' pages, and simulated participants, use.
struct ParticipantController {
    let enrolment: Enrolment
    let catalog: StudyCatalog
    let sessions: Sessions
    let tokens: Tokens
    let reader: ParticipationReader
    let answers: Answers
    let surveys: SurveyResponses
    let departures: Departure
    let invitations: Invitations
    let drafts: Drafts
    let times: VisibleTime
    let extensions: Extensions
    let messages: Messages
    let feed: ChangeFeed

    init(database: Database, feed: ChangeFeed) {
        enrolment = Enrolment(database: database)
        catalog = StudyCatalog(database: database)
        sessions = Sessions(database: database)
        tokens = Tokens(database: database)
        reader = ParticipationReader(database: database)
        answers = Answers(database: database)
        surveys = SurveyResponses(database: database)
        departures = Departure(database: database)
        invitations = Invitations(database: database)
        drafts = Drafts(database: database)
        times = VisibleTime(database: database)
        extensions = Extensions(database: database)
        messages = Messages(database: database)
        self.feed = feed
    }

    func addRoutes(to router: Router<ConcordContext>) {
        router.group("api/studies/:study")
            .get(use: study)
            .post("participants", use: join)
            .post("return", use: comeBack)
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

    // MARK: - Joining

    private struct Entrance: ResponseEncodable {
        let name: String
        let title: String
        let state: StudyState
        /// Whether there is no place for another person.
        let isFull: Bool
        /// True for somebody who is in the study already, and is let in where they were.
        let returns: Bool?
        /// Why nobody new is let in, or not this person.
        let door: Door?
        /// Whether the person has to say their id on the platform that they come from.
        let needsPlatformID: Bool
        /// Why the person's invitation does not let them in, where the study is by invitation.
        let invitation: Invitations.Standing?
        /// What the study says of payment.
        let payment: String?
        let consent: [String]
        let minutes: Int
        /// Whether a member's own words may be shown to their group.
        let mayShowWords: Bool
        let contact: String?
        /// The language of the texts here, and those that the study is offered in.
        let language: Language
        let languages: [Language]
    }

    /// An end at the door, and the code that somebody who came from a platform takes away.
    private struct Door: ResponseEncodable {
        let reason: String
        let code: String?
        let address: String?

        init(_ end: TerminalReason, _ settings: StudySettings) {
            reason = end.name
            code = settings.recruitment?.source == .platform ? end.code(of: settings.completion) : nil
            address = code.flatMap { settings.recruitment?.address(with: $0) }
        }
    }

    private func study(_ request: Request, context: ConcordContext) async throws -> Entrance {
        let (study, isFull) = try await catalog.studyAndWhetherFull(named: try context.parameters.require("study"))
        let language = Language.preferred(request.headers[.acceptLanguage], among: study.settings.languages)
            ?? study.settings.ownLanguage
        let settings = study.settings.translated(to: language)
        let ids = ArrivalCookie.ids(in: request, for: settings.name)
        let needsPlatformID = settings.recruitment?.source == .platform && ids == nil
        var end: TerminalReason? = switch study.state {
        case .draft: .draft
        case .paused: .paused
        case .closed: .closed
        case .open: isFull ? .full : nil
        }
        var returns = false
        do {
            returns = try await enrolment.isKnown(
                in: study, from: ids, key: ArrivalCookie.key(in: request, for: settings.name))
        } catch StudyError.tookPart {
            end = .tookPart
        }
        let obstacle = returns ? nil : try await invitations.obstacle(
            ArrivalCookie.invitation(in: request, for: settings.name), to: study)
        return Entrance(
            name: settings.name, title: settings.title, state: study.state, isFull: isFull, returns: returns ? true : nil,
            door: returns ? nil : end.map { Door($0, settings) }, needsPlatformID: needsPlatformID,
            invitation: obstacle, payment: settings.payment?.text,
            consent: settings.texts.consent, minutes: settings.minutes,
            mayShowWords: settings.conditions.contains { $0.source == .humanOpinion }, contact: settings.contact,
            language: language, languages: settings.languages)
    }

    private struct Consent: Decodable {
        let consent: Bool
        /// As the person wrote it, where the link did not say.
        let platformID: String?
        /// The page's; the browser's if nil.
        let language: Language?
    }

    private func join(_ request: Request, context: ConcordContext) async throws -> Response {
        let name = try context.parameters.require("study")
        let body = try await request.decode(as: Consent.self, context: context)
        guard body.consent else { throw StudyError.consentNeeded }
        let ids = ArrivalCookie.ids(in: request, for: name) ?? body.platformID.flatMap { PlatformIDs(participant: $0) }
        // Somebody who is in this study already is sent to where they were.
        if let secret = try? SessionCookie.secret(in: request),
            let participant = try? await sessions.participant(with: secret),
            try await catalog.study(named: name).id == participant.studyID,
            participant.platformID == nil || ids == nil || participant.platformID == ids?.participant
        {
            var response = try await reader.state(of: participant.id).response(from: request, context: context)
            ArrivalCookie.clear(on: &response)
            return response
        }
        let synthetic = try await bearsSimulationToken(request)
        let offered = try await catalog.study(named: name).settings.languages
        let language = body.language ?? Language.preferred(request.headers[.acceptLanguage], among: offered)
        let entry = try await enrolment.join(
            name, synthetic: synthetic, from: ids, invitation: ArrivalCookie.invitation(in: request, for: name),
            key: ArrivalCookie.key(in: request, for: name), language: language)
        let participant = try await sessions.participant(with: entry.secret)
        var response = try await reader.state(of: participant.id).response(from: request, context: context)
        response.status = entry.isNew ? .created : .ok
        SessionCookie.set(entry.secret, on: &response)
        ArrivalCookie.clear(on: &response)
        return response
    }

    private func bearsSimulationToken(_ request: Request) async throws -> Bool {
        guard let token = BearerToken(request) else { return false }
        guard try await tokens.allows(.simulation, token.secret) else { throw StudyError.badToken }
        return true
    }

    private struct Return: Decodable {
        let code: String
    }

    /// Somebody goes on in this browser with the code that they got in another.
    private func comeBack(_ request: Request, context: ConcordContext) async throws -> Response {
        let code = try await request.decode(as: Return.self, context: context).code
        let secret = try await sessions.open(with: code, study: try context.parameters.require("study"))
        let participant = try await sessions.participant(with: secret)
        var response = try await reader.state(of: participant.id).response(from: request, context: context)
        SessionCookie.set(secret, on: &response)
        return response
    }

    private struct Code: ResponseEncodable {
        let code: String
    }

    private func returnCode(_ request: Request, context: ConcordContext) async throws -> Code {
        Code(code: try await sessions.makeReturnCode(for: participant(request).id).text)
    }

    // MARK: - Being there

    private func state(_ request: Request, context: ConcordContext) async throws -> Participation {
        try await reader.state(of: participant(request).id)
    }

    private func events(_ request: Request, context: ConcordContext) async throws -> Response {
        let events = feed.events(for: try await participant(request).id)
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
        let participant = try await participant(request)
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
        let participant = try await participant(request)
        let body = try await request.decode(as: Survey.self, context: context)
        try await surveys.give(participant.id, body.survey, round: body.round, answers: body.answers)
        return try await reader.state(of: participant.id)
    }

    private struct Comprehension: Decodable {
        let number: Int
        let answers: [String: String]
    }

    private func comprehension(_ request: Request, context: ConcordContext) async throws -> Participation {
        let participant = try await participant(request)
        let body = try await request.decode(as: Comprehension.self, context: context)
        try await surveys.tryComprehension(participant.id, number: body.number, answers: body.answers)
        return try await reader.state(of: participant.id)
    }

    private struct Here: Decodable {
        let here: Bool
    }

    private func presence(_ request: Request, context: ConcordContext) async throws -> Participation {
        let participant = try await participant(request)
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
        let participant = try await participant(request)
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
        let participant = try await participant(request)
        let body = try await request.decode(as: Opinion.self, context: context)
        try await answers.giveOpinion(participant.id, round: body.round, text: body.text, pasted: body.pasted ?? 0)
        return try await reader.state(of: participant.id)
    }

    private struct Shown: Decodable {
        let statement: UUID
    }

    private func shown(_ request: Request, context: ConcordContext) async throws -> HTTPResponse.Status {
        let participant = try await participant(request)
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
        let participant = try await participant(request)
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
        let participant = try await participant(request)
        let body = try await request.decode(as: Typed.self, context: context)
        return try await drafts.save(
            body.content, for: participant.id, about: body.about, round: body.round, base: body.base)
    }

    private struct Seen: Decodable {
        let stretches: [VisibleStretch]
    }

    private func time(_ request: Request, context: ConcordContext) async throws -> HTTPResponse.Status {
        let participant = try await participant(request)
        try await times.note(request.decode(as: Seen.self, context: context).stretches, of: participant.id)
        return .noContent
    }

    private struct More: Decodable {
        let number: Int
    }

    private func moreTime(_ request: Request, context: ConcordContext) async throws -> Participation {
        let participant = try await participant(request)
        try await extensions.take(request.decode(as: More.self, context: context).number, for: participant.id)
        return try await reader.state(of: participant.id)
    }

    private struct Words: Decodable {
        let key: UUID
        let text: String
    }

    private func message(_ request: Request, context: ConcordContext) async throws -> Participation {
        let participant = try await participant(request)
        let body = try await request.decode(as: Words.self, context: context)
        try await messages.send(body.text, key: body.key, from: participant.id)
        return try await reader.state(of: participant.id)
    }

    private func readMessages(_ request: Request, context: ConcordContext) async throws -> Participation {
        let participant = try await participant(request)
        try await messages.noteRead(by: participant.id)
        return try await reader.state(of: participant.id)
    }

    private struct Choice: Decodable {
        let language: Language
    }

    private func language(_ request: Request, context: ConcordContext) async throws -> Participation {
        let participant = try await participant(request)
        try await enrolment.choose(request.decode(as: Choice.self, context: context).language, for: participant.id)
        return try await reader.state(of: participant.id)
    }

    private struct Read: Decodable {
        let read: Bool
    }

    private func debriefing(_ request: Request, context: ConcordContext) async throws -> Participation {
        let participant = try await participant(request)
        guard try await request.decode(as: Read.self, context: context).read else { throw StudyError.notYet }
        try await enrolment.acceptDebriefing(participant.id)
        return try await reader.state(of: participant.id)
    }

    private struct Leaving: Decodable {
        let answers: Departure.Answers
    }

    private func departure(_ request: Request, context: ConcordContext) async throws -> Participation {
        let participant = try await participant(request)
        let body = try await request.decode(as: Leaving.self, context: context)
        try await departures.leave(participant.id, answers: body.answers)
        return try await reader.state(of: participant.id)
    }

    private func participant(_ request: Request) async throws -> Participant {
        try await sessions.participant(with: SessionCookie.secret(in: request))
    }
}

extension Participation: ResponseGenerator, ResponseEncodable {}
extension Drafts.Outcome: ResponseEncodable {}
