// Carries the database's announcements to the browsers connected to this process.

import Foundation
import Logging
import Postgres
import ServiceLifecycle
import Studies
import Synchronization

/// Listens for changes and hands each to the streams of the participants, and of the studies, that it names. Holds no study
/// state: a stream that misses an event is told to look again when listening resumes, and pages look for themselves now and
/// then.
final class ChangeFeed: Service {
    enum Event: Sendable {
        /// The participant's state, or what is going on in the study, may have changed.
        case change
        /// Nothing happened; keeps the connection from looking dead.
        case heartbeat
    }

    private let database: Database
    private let sessions: Sessions
    private let logger: Logger
    /// The streams of each participant, and of each study: one per open page.
    private let people = Streams()
    private let studies = Streams()

    private final class Streams: Sendable {
        private let open = Mutex([UUID: [UUID: AsyncStream<Event>.Continuation]]())

        var ids: [UUID] { open.withLock { Array($0.keys) } }

        /// The events of `id`, beginning with a change.
        func events(for id: UUID, keeping most: Int) -> AsyncStream<Event> {
            let key = UUID()
            let (stream, continuation) = AsyncStream.makeStream(of: Event.self, bufferingPolicy: .bufferingNewest(most))
            continuation.onTermination = { [weak self] _ in
                self?.open.withLock { open in
                    open[id]?[key] = nil
                    if open[id]?.isEmpty == true { open[id] = nil }
                }
            }
            open.withLock { $0[id, default: [:]][key] = continuation }
            continuation.yield(.change)
            return stream
        }

        /// Sends an event to the streams of `id`, or to all.
        func send(_ event: Event, to id: UUID? = nil) {
            let continuations = open.withLock { open in
                id.map { Array(open[$0, default: [:]].values) } ?? open.values.flatMap(\.values)
            }
            for continuation in continuations { continuation.yield(event) }
        }
    }

    init(database: Database, logger: Logger) {
        self.database = database
        self.sessions = Sessions(database: database)
        self.logger = logger
    }

    /// The events of one participant, beginning with a change.
    func events(for participantID: UUID) -> AsyncStream<Event> {
        people.events(for: participantID, keeping: 16)
    }

    /// The events of one study, beginning with a change; of those that come faster than they are taken, the newest.
    func events(forStudy studyID: UUID) -> AsyncStream<Event> {
        studies.events(for: studyID, keeping: 1)
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { tasks in
                tasks.addTask { await self.listen() }
                tasks.addTask {
                    while !Task.isCancelled {
                        try? await Task.sleep(for: .seconds(15))
                        self.people.send(.heartbeat)
                        self.studies.send(.heartbeat)
                        await self.notePresence()
                    }
                }
                await tasks.waitForAll()
            }
        }
    }

    /// Whoever has a page open is there.
    private func notePresence() async {
        let connected = people.ids
        guard !connected.isEmpty else { return }
        do {
            try await sessions.noteConnected(connected)
        } catch {
            logger.warning("noting who is there failed", metadata: ["error": "\(error)"])
        }
    }

    private func listen() async {
        while !Task.isCancelled {
            do {
                for try await event in database.listen(Changes.channel, Changes.studies) {
                    switch event {
                    case .notification(let channel, let payload):
                        let streams = channel == Changes.studies ? studies : people
                        for id in payload.split(separator: ",") {
                            if let id = UUID(uuidString: String(id)) { streams.send(.change, to: id) }
                        }
                    case .listening:
                        people.send(.change)
                        studies.send(.change)
                    }
                }
            } catch {
                logger.warning("listening for changes failed", metadata: ["error": "\(error)"])
            }
            try? await Task.sleep(for: .seconds(1))
        }
    }
}
