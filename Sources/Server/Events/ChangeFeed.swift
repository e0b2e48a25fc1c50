// Carries the database's announcements to the browsers connected to this process.

import Foundation
import Logging
import Postgres
import ServiceLifecycle
import Studies
import Synchronization

/// Listens for changes and hands each to the streams of the participants it names. Holds no study state: a stream that
/// misses an event is told to look again when listening resumes, and pages look for themselves now and then.
final class ChangeFeed: Service {
    enum Event: Sendable {
        /// The participant's state may have changed.
        case change
        /// Nothing happened; keeps the connection from looking dead.
        case heartbeat
    }

    private let database: Database
    private let sessions: Sessions
    private let logger: Logger
    /// The streams of each participant: one per open page.
    private let streams = Mutex([UUID: [UUID: AsyncStream<Event>.Continuation]]())

    init(database: Database, logger: Logger) {
        self.database = database
        self.sessions = Sessions(database: database)
        self.logger = logger
    }

    /// The events of one participant, beginning with a change.
    func events(for participantID: UUID) -> AsyncStream<Event> {
        let key = UUID()
        let (stream, continuation) = AsyncStream.makeStream(of: Event.self, bufferingPolicy: .bufferingNewest(16))
        continuation.onTermination = { [weak self] _ in
            self?.streams.withLock { streams in
                streams[participantID]?[key] = nil
                if streams[participantID]?.isEmpty == true { streams[participantID] = nil }
            }
        }
        streams.withLock { $0[participantID, default: [:]][key] = continuation }
        continuation.yield(.change)
        return stream
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { tasks in
                tasks.addTask { await self.listen() }
                tasks.addTask {
                    while !Task.isCancelled {
                        try? await Task.sleep(for: .seconds(15))
                        self.send(.heartbeat, to: nil)
                        await self.notePresence()
                    }
                }
                await tasks.waitForAll()
            }
        }
    }

    /// Whoever has a page open is there.
    private func notePresence() async {
        let connected = streams.withLock { Array($0.keys) }
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
                for try await event in database.listen(Changes.channel) {
                    switch event {
                    case .notification(_, let payload):
                        for id in payload.split(separator: ",") {
                            if let id = UUID(uuidString: String(id)) { send(.change, to: id) }
                        }
                    case .listening: send(.change, to: nil)
                    }
                }
            } catch {
                logger.warning("listening for changes failed", metadata: ["error": "\(error)"])
            }
            try? await Task.sleep(for: .seconds(1))
        }
    }

    private func send(_ event: Event, to participantID: UUID?) {
        let continuations = streams.withLock { streams in
            participantID.map { Array(streams[$0, default: [:]].values) } ?? streams.values.flatMap(\.values)
        }
        for continuation in continuations { continuation.yield(event) }
    }
}
