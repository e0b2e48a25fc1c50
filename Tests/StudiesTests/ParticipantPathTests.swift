import LanguageModel
import Studies
import Testing

@Suite struct ParticipantPathTests {
    private static let events: [ParticipantEvent] =
        [.surveyed, .instructed, .understood, .grouped, .groupFinished, .debriefed, .deadlinePassed]
        + EndReason.allCases.map { .ended($0) }

    private static let order: [Participant.Stage] = [
        .entry, .instructions, .comprehension, .lobby, .group, .exit, .debriefing, .done, .ended,
    ]

    private func path(_ bits: Int) -> ParticipantPath {
        ParticipantPath(hasEntrySurvey: bits & 1 > 0, hasComprehension: bits & 2 > 0, hasExitSurvey: bits & 4 > 0)
    }

    @Test("Whatever happens in whatever order, everybody moves forward only, and an end is an end", arguments: 0..<400)
    func anyOrder(seed: Int) {
        var generator = SplitMix64(seed: UInt64(seed))
        let path = path(seed)
        var place = path.start, hasSeen = false
        for _ in 0..<300 {
            if place.stage == .group { hasSeen = hasSeen || generator.int(below: 3) == 0 }
            let event = Self.events[generator.int(below: Self.events.count)]
            guard let next = path.next(from: place, on: event, hasSeenStatement: hasSeen) else { continue }
            let steps = (Self.order.firstIndex(of: next.stage) ?? 0) - (Self.order.firstIndex(of: place.stage) ?? 0)
            // In the debriefing somebody may be sent away: nothing else changes where they are.
            #expect(steps > 0 || (steps == 0 && place == .init(.debriefing) && next.endReason != nil))
            #expect(place.stage != .done && place.stage != .ended)
            // Early ends have a reason, finishing has none, and a reason once given stays.
            if next.stage == .ended { #expect(next.endReason != nil) }
            if next.stage == .done { #expect(next.endReason == nil) }
            if let reason = place.endReason { #expect(next.endReason == reason) }
            // Surveys and questions that the study does not have are nobody's stage.
            #expect(next.stage != .comprehension || path.hasComprehension)
            #expect(next.stage != .exit || path.hasExitSurvey)
            // Whoever chooses to stop, or whose group ends, having seen a statement, is debriefed before the end.
            if case .ended(let reason) = event, hasSeen, [.groupEnded, .stoppedKeep, .stoppedDelete].contains(reason) {
                #expect(next.stage == .debriefing)
            }
            place = next
        }
        #expect(place.stage == .done || place.stage == .ended)
    }

    @Test("From every stage but the lobby, a group and an end, a deadline leads on", arguments: 0..<8)
    func deadlines(bits: Int) {
        for stage in Participant.Stage.allCases {
            let next = path(bits).next(from: .init(stage), on: .deadlinePassed, hasSeenStatement: false)
            switch stage {
            case .lobby, .group, .done, .ended: #expect(next == nil)   // these have rules of their own
            case .entry, .instructions, .comprehension: #expect(next == .init(.ended, .timedOut))
            case .exit: #expect(next == .init(.debriefing))
            case .debriefing: #expect(next == .init(.done))
            }
        }
    }

    @Test("Somebody who does what is asked passes every stage that the study has, once, and is done", arguments: 0..<8)
    func wholeWay(bits: Int) {
        let path = path(bits)
        var place = path.start, passed = [place.stage]
        while place.stage != .done {
            let next = [ParticipantEvent.surveyed, .instructed, .understood, .grouped, .groupFinished, .debriefed]
                .compactMap { path.next(from: place, on: $0, hasSeenStatement: true) }
            guard next.count == 1 else { return #expect(Bool(false), "\(next.count) ways on from \(place.stage)") }
            place = next[0]
            passed.append(place.stage)
        }
        var wanted: [Participant.Stage] = path.hasEntrySurvey ? [.entry] : []
        wanted.append(.instructions)
        if path.hasComprehension { wanted.append(.comprehension) }
        wanted += [.lobby, .group]
        if path.hasExitSurvey { wanted.append(.exit) }
        #expect(passed == wanted + [.debriefing, .done])
    }
}
