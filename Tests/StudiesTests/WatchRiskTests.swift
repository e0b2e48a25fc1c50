import Studies
import Testing

@Suite struct WatchRiskTests {
    private func level(_ change: (inout WatchRisk.Situation) -> Void) -> WatchRisk.Level {
        var situation = WatchRisk.Situation(secondsLeft: 300, secondsInAll: 600, present: 4, minimum: 3, waitedFor: 2)
        change(&situation)
        return WatchRisk(situation).level
    }

    @Test("Nobody needs to worry about a group that is waited for in good time") func calm() {
        #expect(level { _ in } == .calm)
        let risk = WatchRisk(.init(secondsLeft: 300, secondsInAll: 600, present: 4, minimum: 3, waitedFor: 2))
        #expect(risk.reasons.isEmpty && risk.weight == 0.5)
        #expect(WatchRisk(.init(secondsLeft: nil, secondsInAll: nil, waitedFor: 1)).level == .calm, "no deadline, no risk")
    }

    @Test("Idle members count for more the less time is left, and most when the group would end without them") func idle() {
        #expect(level { $0.idle = 1 } == .attention)
        #expect(level { $0.idle = 1; $0.secondsLeft = 149 } == .urgent)
        #expect(level { $0.idle = 1; $0.secondsLeft = 151 } == .attention)
        // Two of four idle leave two of the three that are needed.
        #expect(level { $0.idle = 2; $0.secondsLeft = 299 } == .urgent)
        #expect(level { $0.idle = 2; $0.secondsLeft = 301 } == .attention)
        var situation = WatchRisk.Situation(secondsLeft: 100, secondsInAll: 600, present: 4, minimum: 3, waitedFor: 2, idle: 2)
        #expect(WatchRisk(situation).reasons.first == "The group ends if the 2 idle members do not come back.")
        situation.minimum = 1
        #expect(WatchRisk(situation).reasons == [
            "2 of 2 waited for are idle.", "Less than a quarter of the time is left.",
        ])
    }

    @Test("What is left is measured against the whole of the phase, with its extensions") func shares() {
        #expect(level { $0.secondsLeft = 149 } == .attention)
        #expect(level { $0.secondsLeft = 149; $0.secondsInAll = 300 } == .calm)
        #expect(level { $0.secondsLeft = 149; $0.waitedFor = 0 } == .calm, "nobody is waited for")
    }

    @Test("Statements that fail, take long, or will not be ready in time are seen before the deadline passes") func statements() {
        #expect(level { $0.failedGenerations = 1 } == .attention)
        #expect(level { $0.lateGenerations = 1 } == .attention)
        func drafting(_ needed: Double?) -> WatchRisk.Level {
            level { $0.waitedFor = 0; $0.openGenerations = 2; $0.secondsForStatements = needed }
        }
        #expect(drafting(nil) == .calm && drafting(299) == .calm && drafting(301) == .urgent)
    }

    @Test("A group that waits for an admin's review is never calm, and urgent when half of the time is over") func reviews() {
        func reviewing(_ left: Double, _ texts: Int = 1) -> WatchRisk {
            WatchRisk(.init(secondsLeft: left, secondsInAll: 600, present: 3, minimum: 1, pendingReviews: texts))
        }
        #expect(reviewing(600).level == .attention && reviewing(301).level == .attention && reviewing(299).level == .urgent)
        #expect(reviewing(600, 2).reasons == ["The group waits for an admin to review 2 texts."])
        #expect(reviewing(400).reasons == ["The group waits for an admin to review a text."])
        #expect(reviewing(200).isWorse(than: reviewing(250)) && reviewing(600, 0).level == .calm)
    }

    @Test("A deadline that nobody acts on is worst of all, whatever else holds") func stuck() {
        #expect(level { $0.secondsLeft = -11 } == .stuck)
        #expect(level { $0.secondsLeft = -9 } == .attention)
        #expect(level { $0.secondsLeft = -11; $0.minimum = 0 } == .stuck)
    }

    @Test("One person by themselves is never urgent") func alone() {
        for left in [500.0, 100, 1] {
            let risk = WatchRisk(.init(secondsLeft: left, secondsInAll: 600, waitedFor: 1, idle: 1))
            #expect(risk.level == .attention && risk.reasons.first == "Nobody seems to be at the page.")
        }
    }

    @Test("The order is by level first, then by the time used and who is idle") func order() {
        func risk(_ left: Double, idle: Int = 0, waitedFor: Int = 2) -> WatchRisk {
            WatchRisk(.init(secondsLeft: left, secondsInAll: 600, present: 4, minimum: 2, waitedFor: waitedFor, idle: idle))
        }
        let expected = [risk(-20), risk(100, idle: 2), risk(100, idle: 1), risk(500, idle: 1), risk(400), risk(10, waitedFor: 0)]
        #expect(expected.shuffled().sorted { $0.isWorse(than: $1) } == expected)
    }
}
