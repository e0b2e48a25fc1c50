// So much at a time, the rest in line.

/// Lets a few pieces of work through at once; the others wait, first come, first served.
public actor Turnstile {
    /// The line was as long as it may be.
    public struct Full: Error {}

    private var free: Int
    private let longest: Int
    private var line: [CheckedContinuation<Void, Never>] = []

    /// - Parameters:
    ///   - places: how many may be inside at once.
    ///   - line: how many may wait.
    public init(places: Int, line: Int = .max) {
        free = places
        longest = line
    }

    /// Runs `work` as soon as there is a place.
    /// - Throws: ``Full``, and what `work` throws.
    public func pass<T: Sendable>(_ work: @Sendable () async throws -> T) async throws -> T {
        if free > 0 {
            free -= 1
        } else {
            guard line.count < longest else { throw Full() }
            await withCheckedContinuation { line.append($0) }
        }
        defer { leave() }
        return try await work()
    }

    /// Hands the place on to the next in line.
    private func leave() {
        if line.isEmpty {
            free += 1
        } else {
            line.removeFirst().resume()
        }
    }
}
