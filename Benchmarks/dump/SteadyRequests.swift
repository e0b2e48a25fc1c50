// People who use the server while a dump is made: requests at a steady pace, and how long each took.

import AsyncHTTPClient
import Foundation
import NIOCore
import Synchronization

/// Asks a server for a participant's state so many times a second, whether or not earlier answers have come.
final class SteadyRequests: Sendable {
    private let client = HTTPClient(eventLoopGroupProvider: .singleton)
    private let seconds = Mutex([Double]())
    private let url: String
    private let cookie: String

    /// Lets a person into the study `name`, whose page it is that asks.
    init(server url: String, study name: String) async throws {
        self.url = url
        var request = HTTPClientRequest(url: "\(url)/api/studies/\(name)/participants")
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(ByteBuffer(string: #"{"consent":true}"#))
        let response = try await client.execute(request, timeout: .seconds(30))
        let cookies = response.headers["Set-Cookie"]
        _ = try await response.body.collect(upTo: 1 << 20)
        guard let cookie = cookies.first(where: { $0.hasPrefix("concord_session=") }) else {
            throw BenchmarkError.failed("joining the study")
        }
        self.cookie = String(cookie.prefix { $0 != ";" })
    }

    /// Asks `perSecond` times a second until the task is cancelled; then waits for the answers that are out.
    func run(perSecond: Int) async {
        await withTaskGroup(of: Void.self) { tasks in
            let pause = Duration.seconds(1) / perSecond
            var next = ContinuousClock.now
            while !Task.isCancelled {
                next += pause
                try? await Task.sleep(until: next)
                tasks.addTask { await self.ask() }
            }
            await tasks.waitForAll()
        }
    }

    private func ask() async {
        let start = ContinuousClock.now
        var request = HTTPClientRequest(url: "\(url)/api/participation")
        request.headers.add(name: "Cookie", value: cookie)
        let answered = await Task {
            let response = try await client.execute(request, timeout: .seconds(30))
            _ = try await response.body.collect(upTo: 1 << 20)
            return response.status == .ok
        }.result
        // One without an answer took for ever.
        let isOK = (try? answered.get()) == true
        let took = isOK ? (ContinuousClock.now - start) / .seconds(1) : .infinity
        seconds.withLock { $0.append(took) }
    }

    /// How many have been answered, and the time within which 99 of 100 were, in seconds; begins anew.
    func takeTimes() -> (count: Int, p99: Double) {
        let all = seconds.withLock { times in
            defer { times = [] }
            return times.sorted()
        }
        return (all.count, all.isEmpty ? .infinity : all[min(all.count - 1, all.count * 99 / 100)])
    }

    func close() async throws { try await client.shutdown() }
}
