// What a kind of job does.

import Foundation

/// Carries out the jobs of one kind.
public protocol JobHandler: Sendable {
    /// The kind that it carries out, such as `dump`.
    var kind: String { get }

    /// Whether it mostly waits for others, so that other work goes on beside it.
    var isWaiting: Bool { get }

    /// Does the work. Stops with `CancellationError` when its task is cancelled: somebody does not want it any more, or the
    /// process is stopping and another will begin anew.
    /// - Returns: what came of it, kept as JSON.
    /// - Throws: what is wrong; its description is shown to whoever asked.
    func run(_ job: Job, progress: JobProgress) async throws -> any Encodable & Sendable
}

extension JobHandler {
    public var isWaiting: Bool { false }
}
