// Every way in which somebody's part can end other than by finishing the study.

/// Why a participant's part ended. ``TerminalReason`` says which sentence and which code each has.
public enum EndReason: String, Codable, Sendable, CaseIterable {
    /// With their answers to the entry survey they do not take part.
    case screenedOut = "screened-out"
    /// They did not answer the comprehension questions rightly as often as they might try.
    case comprehensionFailed = "comprehension-failed"
    /// No group came together within the study's limit.
    case waitedInVain = "waited-in-vain"
    /// They did not answer in time, or did not come back.
    case timedOut = "timed-out"
    /// Too few members were left in their group.
    case groupEnded = "group-ended"
    /// The study got its last group while they waited for one.
    case overQuota = "over-quota"
    /// The study has as many people as it wants who answered the entry survey as they did.
    case quotaFilled = "quota-filled"
    /// Their submission was returned, or timed out, on the platform that they came from.
    case returned
    /// A study admin took them out.
    case removed
    /// They chose to stop; what they answered is kept.
    case stoppedKeep = "stopped-keep"
    /// They chose to stop; what they answered was deleted.
    case stoppedDelete = "stopped-delete"

    /// Whether somebody who ends so, and has seen a statement, gets the debriefing at once; for the others, who are not
    /// there, it is on the last page.
    var isDebriefedFirst: Bool {
        switch self {
        case .groupEnded, .returned, .removed, .stoppedKeep, .stoppedDelete: true
        case .screenedOut, .comprehensionFailed, .waitedInVain, .overQuota, .quotaFilled, .timedOut: false
        }
    }
}
