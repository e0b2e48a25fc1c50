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

    private struct Listeners {
        var streams: [UUID: [UUID: AsyncStream<Event>.Continuation]] = [:]
        var isClosed = false
    }

    private let database: Database
    private let logger: Logger
    private let listeners = Mutex(Listeners())

    init(database: Database, logger: Logger) {
        self.database = database
        self.logger = logger
    }

    /// The events of one participant, beginning with a change; ends when the server is shutting down.
    func events(for participantID: UUID) -> AsyncStream<Event> {
        let key = UUID()
        let (stream, continuation) = AsyncStream.makeStream(of: Event.self, bufferingPolicy: .bufferingNewest(16))
        continuation.onTermination = { [weak self] _ in
            self?.listeners.withLock { listeners in
                listeners.streams[participantID]?[key] = nil
                if listeners.streams[participantID]?.isEmpty == true { listeners.streams[participantID] = nil }
            }
        }
        let isClosed = listeners.withLock { listeners in
            if !listeners.isClosed { listeners.streams[participantID, default: [:]][key] = continuation }
            return listeners.isClosed
        }
        continuation.yield(.change)
        if isClosed { continuation.finish() }
        return stream
    }

    func run() async throws {
        await withGracefulShutdownHandler {
            await cancelWhenGracefulShutdown {
                await withTaskGroup(of: Void.self) { tasks in
                    tasks.addTask { await self.listen() }
                    tasks.addTask {
                        while !Task.isCancelled {
                            try? await Task.sleep(for: .seconds(15))
                            self.send(.heartbeat, to: nil)
                        }
                    }
                    await tasks.waitForAll()
                }
            }
        } onGracefulShutdown: {
            self.close()
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
        let continuations = listeners.withLock { listeners in
            participantID.map { listeners.streams[$0].map { Array($0.values) } ?? [] }
                ?? listeners.streams.values.flatMap(\.values)
        }
        for continuation in continuations { continuation.yield(event) }
    }

    private func close() {
        let streams = listeners.withLock { listeners in
            listeners.isClosed = true
            return listeners.streams.values.flatMap(\.values)
        }
        for stream in streams { stream.finish() }
    }
}
