import LanguageModel
import TestSupport
import Testing

@Suite("The queue of generations", .serialized)
struct QueueTests {
    /// A model of its own, so that no other test's requests are in the line.
    private static let loading = Task { try await LanguageModel.load(path: TestModel.path) }

    private func request(_ text: String, tokens: Int, candidates: UInt64 = 1) -> GenerationRequest {
        GenerationRequest(
            messages: [ChatMessage(role: .user, text: text)],
            sampling: SamplingSettings(temperature: 1, maximumTokens: tokens), seeds: Array(1...candidates),
            ignoreEndOfText: true)
    }

    private func wait(until isReached: () -> Bool) async throws {
        while !isReached() { try await Task.sleep(for: .milliseconds(2)) }
    }

    @Test("serves requests in the order in which they came")
    func order() async throws {
        let model = try await Self.loading.value
        let served = Record<Int>()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for number in 0..<5 {
                // The first takes long enough for the others to line up behind it.
                let request = request("Hello.", tokens: number == 0 ? 40 : 2)
                tasks.addTask {
                    _ = try await model.generate(request) { _ in served.append(number) }
                }
                try await wait { model.load == number + 1 || served.all.contains { $0 > 0 } }
            }
            try await tasks.waitForAll()
        }
        #expect(served.all == served.all.sorted())
        #expect(Set(served.all) == [0, 1, 2, 3, 4])
        try await wait { model.load == 0 }
    }

    @Test("stops working on a request whose task is cancelled")
    func cancelDrawing() async throws {
        let model = try await Self.loading.value
        let steps = Record<Int>()
        let long = request("Hello.", tokens: 4_000)
        let task = Task { try await model.generate(long) { steps.append($0.tokensDone) } }
        try await wait { steps.all.count >= 2 }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        let stepsAtEnd = steps.all.count
        #expect(stepsAtEnd < 4_000)
        // The engine is free again, and drew nothing more for the cancelled one.
        _ = try await model.generate(request("Hello.", tokens: 1))
        #expect(steps.all.count == stepsAtEnd)
    }

    @Test("stops in the middle of reading a prompt")
    func cancelReading() async throws {
        let model = try await Self.loading.value
        let steps = Record<Int>()
        let long = request(String(repeating: "Houses are built of bricks. ", count: 1_200), tokens: 1)
        let whole = try model.tokenCount(of: long.messages)
        #expect(whole > 6_000)
        let task = Task { try await model.generate(long) { steps.append($0.tokensDone) } }
        try await wait { model.load == 1 }
        try await Task.sleep(for: .milliseconds(300))
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        // Nothing is drawn, so nothing reported, before the prompt has been read.
        #expect(steps.all.isEmpty)
    }

    @Test("lets a waiting request go at once when its task is cancelled")
    func cancelWaiting() async throws {
        let model = try await Self.loading.value
        let first = request("Hello.", tokens: 4_000), second = request("Hello.", tokens: 1)
        let running = Task { try await model.generate(first) }
        try await wait { model.load == 1 }
        let waiting = Task { try await model.generate(second) }
        try await wait { model.load == 2 }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        // The one in front was not disturbed, and nothing is left behind it.
        #expect(model.load == 1)
        running.cancel()
        await #expect(throws: CancellationError.self) { try await running.value }
    }

    @Test("refuses a request whose task was cancelled before")
    func cancelledBefore() async throws {
        let model = try await Self.loading.value
        let request = request("Hello.", tokens: 1)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await model.generate(request)
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
