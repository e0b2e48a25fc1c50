// LISTEN as a sequence that outlives the connection under it.

/// What was notified on some channels.
///
/// A notification sent while no connection was up is lost; ``Event/listening`` marks each moment from which on none is,
/// so that a listener reads the state anew there. It comes first of all, and again after every reconnection.
///
/// The sequence ends when the task is cancelled or the database is closed. It throws when PostgreSQL refuses the very
/// first connection; a database that cannot be reached is waited for.
public struct Notifications: AsyncSequence, Sendable {
    /// One thing a listener is told.
    public enum Event: Sendable, Equatable {
        /// Listening has begun, for the first time or again: what was notified before may have been missed.
        case listening
        /// A notification.
        case notification(channel: String, payload: String)
    }

    let database: Database
    let channels: [String]

    public func makeAsyncIterator() -> Iterator {
        Iterator(listener: Listener(database: database, channels: channels))
    }

    /// Waits for event after event.
    public struct Iterator: AsyncIteratorProtocol {
        let listener: Listener

        /// The next event; nil when the task is cancelled or the database is closed.
        public mutating func next() async throws -> Event? {
            try await listener.next()
        }
    }

    /// The connection and what is known about it. Used by one task at a time, as iterators are.
    final class Listener {
        private let database: Database
        private let channels: [String]
        private var link: Link?
        private var registration: UInt64?
        private var hasListened = false
        private var pause = Duration.milliseconds(50)

        init(database: Database, channels: [String]) {
            self.database = database
            self.channels = channels
        }

        deinit {
            drop()
        }

        func next() async throws -> Event? {
            while !Task.isCancelled && !database.isClosed {
                do {
                    guard let link else {
                        try await connect()
                        continue
                    }
                    if registration == nil {
                        guard let number = database.register(link.socket) else { break }
                        registration = number
                        return .listening
                    }
                    guard let (channel, payload) = try await link.nextNotification() else { break }
                    // A long quiet connection that breaks is reconnected at once.
                    pause = .milliseconds(50)
                    return .notification(channel: channel, payload: payload)
                } catch {
                    drop()
                    if !hasListened && !Self.isPassing(error) { throw error }
                    try? await Task.sleep(for: pause)
                    pause = Swift.min(pause * 2, .seconds(2))
                }
            }
            drop()
            return nil
        }

        private func connect() async throws {
            let opened = try await Link.open(database.endpoint)
            for channel in channels { _ = try await opened.run("LISTEN \(identifier: channel)") }
            link = opened
            hasListened = true
            pause = .milliseconds(50)
        }

        private func drop() {
            if let registration { database.unregister(registration) }
            registration = nil
            // Interrupted or not, the socket closes with the last reference.
            link?.socket.abort()
            link = nil
        }

        private static func isPassing(_ error: any Error) -> Bool {
            switch error as? PostgresError {
            case .unreachable, .connectionLost: true
            case .server(let report): report.sqlState == "53300"
            default: error is CancellationError
            }
        }
    }
}
