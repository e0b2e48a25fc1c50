import Studies
import Testing

@Suite struct TurnstileTests {
    /// Who is inside, and how many there were at most.
    private actor Room {
        private(set) var inside = 0
        private(set) var most = 0
        private(set) var left = 0
        private(set) var sentAway = 0

        func enter() {
            inside += 1
            most = max(most, inside)
        }

        func leave() {
            inside -= 1
            left += 1
        }

        func sendAway() { sentAway += 1 }
    }

    private struct Trouble: Error {}

    @Test("No more are inside than there are places, and everybody comes through, also after somebody has failed")
    func bound() async throws {
        let turnstile = Turnstile(places: 2), room = Room()
        await withTaskGroup(of: Void.self) { tasks in
            for number in 0..<40 {
                tasks.addTask {
                    try? await turnstile.pass {
                        await room.enter()
                        for _ in 0..<20 { await Task.yield() }
                        await room.leave()
                        if number % 7 == 0 { throw Trouble() }
                    }
                }
            }
        }
        let (most, left) = await (room.most, room.left)
        #expect(most <= 2 && left == 40)
    }

    @Test("Whoever comes when the line is as long as it may be is sent away, and the others come through", .timeLimit(.minutes(1)))
    func line() async throws {
        let turnstile = Turnstile(places: 1, line: 2), room = Room()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for _ in 0..<10 {
                tasks.addTask {
                    do {
                        try await turnstile.pass {
                            await room.enter()
                            // Nobody leaves before everybody has come.
                            while await room.sentAway < 7 { try await Task.sleep(for: .milliseconds(1)) }
                            await room.leave()
                        }
                    } catch is Turnstile.Full {
                        await room.sendAway()
                    }
                }
            }
            try await tasks.waitForAll()
        }
        let (most, left, sentAway) = await (room.most, room.left, room.sentAway)
        #expect(most == 1 && left == 3 && sentAway == 7)
        // There is a place again.
        try await turnstile.pass { await room.leave() }
        #expect(await room.left == 4)
    }
}
