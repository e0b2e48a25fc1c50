// So much at a time, the rest in line.

/// Lets a few pieces of work through at once; the others wait, first come, first served.
public actor Turnstile {
    private var free: Int
    private var line: [CheckedContinuation<Void, Never>] = []

    /// - Parameter places: how many may be inside at once.
    public init(places: Int) {
        free = places
    }

    /// Runs `work` as soon as there is a place.
    public func pass<T: Sendable>(_ work: @Sendable () async throws -> T) async rethrows -> T {
        if free > 0 {
            free -= 1
        } else {
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
