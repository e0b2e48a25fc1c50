// Watching a study run: what is going on, one person's record and page, the log of generations.

import Foundation
import Hummingbird
import Postgres
import ServiceLifecycle
import Studies

/// The routes by which somebody looks at a study under way.
struct WatchController {
    let access: StudyAccess
    let watching: Watching
    let search: PeopleSearch
    let messages: Messages
    let generations: GenerationLog
    let feed: ChangeFeed

    init(database: Database, feed: ChangeFeed) {
        access = StudyAccess(database: database)
        watching = Watching(database: database)
        search = PeopleSearch(database: database)
        messages = Messages(database: database)
        generations = GenerationLog(database: database)
        self.feed = feed
    }

    func addRoutes(to router: RouterGroup<ConcordContext>) {
        router.group("studies/:study")
            .get("watch", use: snapshot)
            .get("watch/events", use: events)
            .get("people", use: find)
            .get("people/:id", use: record)
            .get("people/:id/page", use: page)
            .get("messages", use: listMessages)
            .get("generations", use: listGenerations)
            .get("generations/:id", use: showGeneration)
    }

    // MARK: - What is going on

    private func snapshot(_ request: Request, context: ConcordContext) async throws -> WatchSnapshot {
        try await watching.snapshot(of: study(for: .read, context), for: context.user().role)
    }

    /// Says, at most once a second, that something has changed; what has, is for the page to ask.
    private func events(_ request: Request, context: ConcordContext) async throws -> Response {
        let events = feed.events(forStudy: try await study(for: .read, context).id)
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: .init { writer in
                for await event in events.cancelOnGracefulShutdown() {
                    switch event {
                    case .change: try await writer.write(ByteBuffer(string: "event: change\ndata: {}\n\n"))
                    case .heartbeat: try await writer.write(ByteBuffer(string: ": still here\n\n"))
                    }
                    // Of what comes meanwhile the stream keeps the newest.
                    try? await Task.sleep(for: .seconds(1))
                }
                try await writer.finish(nil)
            })
    }

    // MARK: - People

    private struct People: ResponseEncodable {
        let people: [PeopleSearch.Found]
    }

    private func find(_ request: Request, context: ConcordContext) async throws -> People {
        let study = try await study(for: .read, context)
        let text = request.uri.queryParameters["find"].map(String.init) ?? ""
        return People(people: try await search.find(text, in: study, for: context.user().role))
    }

    private func record(_ request: Request, context: ConcordContext) async throws -> PersonRecord {
        let study = try await study(for: .read, context)
        return try await watching.record(of: person(in: study, context), in: study, for: context.actor())
    }

    /// For admins: it has the person's messages, and words that they have not sent.
    private func page(_ request: Request, context: ConcordContext) async throws -> Participation {
        let study = try await study(for: .change, context)
        return try await watching.page(of: person(in: study, context), in: study, for: context.actor())
    }

    private struct MessageList: ResponseEncodable {
        let messages: [Message]
    }

    private func listMessages(_ request: Request, context: ConcordContext) async throws -> MessageList {
        let study = try await study(for: .change, context)
        return MessageList(messages: try await messages.list(study: study.settings.name))
    }

    // MARK: - Generations

    private struct Generations: ResponseEncodable {
        let generations: [GenerationRecord]
    }

    private func listGenerations(_ request: Request, context: ConcordContext) async throws -> Generations {
        let study = try await study(for: .read, context)
        let query = request.uri.queryParameters
        let group = try query["group"].map { text in
            guard let number = Int(text), number > 0 else {
                throw HTTPError(.badRequest, message: "group is the number of a group, from 1.")
            }
            return number
        }
        let before = try query["before"].map { text in
            guard let id = UUID(uuidString: String(text)) else {
                throw HTTPError(.badRequest, message: "before is the id of an entry.")
            }
            return id
        }
        return Generations(
            generations: try await generations.entries(
                of: study, for: context.actor(), showingConditions: Self.showsConditions(request), group: group,
                onlyFailed: request.flag("failed"), before: before))
    }

    private func showGeneration(_ request: Request, context: ConcordContext) async throws -> GenerationRecord {
        let study = try await study(for: .read, context)
        let text = try context.parameters.require("id")
        guard let id = UUID(uuidString: text) else {
            throw InterventionError.unknownGeneration(text, study: study.settings.name)
        }
        return try await generations.entry(
            id, of: study, for: context.actor(), showingConditions: Self.showsConditions(request))
    }

    private static func showsConditions(_ request: Request) throws -> Bool {
        switch request.uri.queryParameters["conditions"].map(String.init) {
        case nil, "hidden": false
        case "shown": true
        default: throw HTTPError(.badRequest, message: "conditions is shown or hidden.")
        }
    }

    private func study(for use: StudyAccess.Use, _ context: ConcordContext) async throws -> Study {
        try await access.study(named: context.parameters.require("study"), for: context.user(), to: use)
    }

    private func person(in study: Study, _ context: ConcordContext) throws -> UUID {
        let text = try context.parameters.require("id")
        guard let id = UUID(uuidString: text) else {
            throw StudyError.unknownParticipant(text, study: study.settings.name)
        }
        return id
    }
}
