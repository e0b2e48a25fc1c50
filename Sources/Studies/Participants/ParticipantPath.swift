// The way of one person through a study. Pure: where they are and what happens, in; where they are then, out.

/// What happens to a participant as a whole; what happens within a round is for ``RoundMachine``.
public enum ParticipantEvent: Sendable, Equatable {
    /// The entry or the exit survey is answered.
    case surveyed
    /// The instructions are read.
    case instructed
    /// All comprehension questions are answered rightly.
    case understood
    /// A group starts with them.
    case grouped
    /// Their group has been through its last round.
    case groupFinished
    /// The debriefing is read.
    case debriefed
    /// The time for the present stage is over.
    case deadlinePassed
    /// Their part ends before its end.
    case ended(EndReason)
}

/// The stages of a study, in the order in which somebody passes them.
public struct ParticipantPath: Sendable, Equatable {
    /// Where somebody is. The reason of an early end is known before the debriefing, which comes first for whoever has
    /// seen a statement and is still there.
    public struct Place: Sendable, Equatable {
        public var stage: Participant.Stage
        public var endReason: EndReason?

        public init(_ stage: Participant.Stage, _ endReason: EndReason? = nil) {
            self.stage = stage
            self.endReason = endReason
        }
    }

    public var hasEntrySurvey: Bool
    public var hasComprehension: Bool
    public var hasExitSurvey: Bool

    public init(hasEntrySurvey: Bool, hasComprehension: Bool, hasExitSurvey: Bool) {
        self.hasEntrySurvey = hasEntrySurvey
        self.hasComprehension = hasComprehension
        self.hasExitSurvey = hasExitSurvey
    }

    init(_ settings: StudySettings) {
        self.init(
            hasEntrySurvey: !(settings.surveys?.entry ?? []).isEmpty, hasComprehension: settings.comprehension != nil,
            hasExitSurvey: !(settings.surveys?.exit ?? []).isEmpty)
    }

    /// Where everybody begins, once they have given their consent.
    public var start: Place { Place(hasEntrySurvey ? .entry : .instructions) }

    /// Where `event` leads from `place`; nil when it leads nowhere: it has happened before, or is not for this place.
    public func next(from place: Place, on event: ParticipantEvent, hasSeenStatement: Bool) -> Place? {
        switch (place.stage, event) {
        case (.entry, .surveyed): Place(.instructions)
        case (.instructions, .instructed): Place(hasComprehension ? .comprehension : .lobby)
        case (.comprehension, .understood): Place(.lobby)
        case (.lobby, .grouped): Place(.group)
        case (.group, .groupFinished): Place(hasExitSurvey ? .exit : .debriefing)
        case (.exit, .surveyed), (.exit, .deadlinePassed): Place(.debriefing)
        case (.debriefing, .debriefed), (.debriefing, .deadlinePassed):
            Place(place.endReason == nil ? .done : .ended, place.endReason)
        case (.entry, .deadlinePassed), (.instructions, .deadlinePassed), (.comprehension, .deadlinePassed):
            Place(.ended, .timedOut)
        case (.entry, .ended(let reason)), (.instructions, .ended(let reason)), (.comprehension, .ended(let reason)),
            (.lobby, .ended(let reason)), (.group, .ended(let reason)), (.exit, .ended(let reason)):
            Place(hasSeenStatement && reason.isDebriefedFirst ? .debriefing : .ended, reason)
        // Their place is free, and no base pay is due; the debriefing goes on.
        case (.debriefing, .ended(let reason)) where place.endReason == nil && (reason == .returned || reason == .removed):
            Place(.debriefing, reason)
        default: nil
        }
    }
}
