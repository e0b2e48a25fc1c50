// Results that were read a moment ago.

import Foundation
import Postgres
import Studies

/// Reads studies' results, or their reports, each study's once at a time, and not again while nothing of the study has changed: a
/// page that many look at, or one that is loaded over and over, costs a look at what has changed.
public actor ResultsShelf<Results: Sendable> {
    /// What was to be seen of a study: where it is the same, so are its results.
    private struct Mark: Sendable, Equatable {
        let version: UUID
        let state: StudyState
        let cover: ResultsCover
        let snapshot: Snapshot
    }

    /// Readings of a study that may be shared: of one version and state, before or after it was uncovered.
    private struct Request: Hashable {
        let study: UUID
        let version: UUID
        let state: StudyState
        let isUncovered: Bool
    }

    private let database: Database
    private let read: @Sendable (Study) async throws -> Results
    private var kept: [UUID: (mark: Mark, results: Results)] = [:]
    private var readings: [Request: Task<Results, any Error>] = [:]

    /// - Parameter read: reads a study's results in one snapshot.
    public init(database: Database, read: @escaping @Sendable (Study) async throws -> Results) {
        self.database = database
        self.read = read
    }

    /// The study's results as they are now, or as they were when somebody who waits for them already asked.
    public func results(of study: Study) async throws -> Results {
        let request = Request(
            study: study.id, version: study.versionID, state: study.state,
            isUncovered: try await ResultsCover.isUncovered(study, in: database))
        if let reading = readings[request] { return try await reading.value }
        // Not a child of this request: others may wait for it when this one is gone.
        let reading = Task { try await look(at: study) }
        readings[request] = reading
        defer { readings[request] = nil }
        return try await reading.value
    }

    private func look(at study: Study) async throws -> Results {
        // Seen before the results are read: what changes between shows the next time.
        let mark = try await database.transaction(isolation: .repeatableRead) { connection in
            Mark(
                version: study.versionID, state: study.state, cover: try await ResultsCover.read(of: study, in: connection),
                snapshot: try await StudyView.snapshot(of: study, over: connection))
        }
        if let known = kept[study.id], known.mark == mark { return known.results }
        let results = try await read(study)
        kept[study.id] = (mark, results)
        return results
    }
}
