// Every end there is: at the door, before the end, at the end. Each has a sentence on a page, and a code or none; both are
// said here, for all of them, so that a new one does not compile without.

/// Why somebody goes no further.
public enum TerminalReason: Sendable, Hashable, CaseIterable {
    /// They have been through the whole study.
    case done
    /// Their part ended before its end.
    case ended(EndReason)
    /// The study has not opened yet.
    case draft
    /// It takes nobody new at present.
    case paused
    /// It takes nobody new any more.
    case closed
    /// There is no place for another person.
    case full
    /// Somebody with their id has taken part already, in this study or in one that excludes them.
    case tookPart

    public static var allCases: [TerminalReason] {
        [.done, .draft, .paused, .closed, .full, .tookPart] + EndReason.allCases.map(TerminalReason.ended)
    }

    /// What the server calls it.
    public var name: String {
        switch self {
        case .done: "done"
        case .draft: "draft"
        case .paused: "paused"
        case .closed: "closed"
        case .full: "full"
        case .tookPart: "took-part"
        case .ended(let reason): reason.rawValue
        }
    }

    /// The key of the sentence that the pages say it with, in every file of `Public/languages`.
    public var sentence: String {
        switch self {
        case .done: "end.title"
        case .draft, .paused, .closed, .full, .tookPart: "problem.\(name)"
        case .ended(.screenedOut), .ended(.comprehensionFailed), .ended(.waitedInVain), .ended(.overQuota),
            .ended(.quotaFilled), .ended(.timedOut), .ended(.groupEnded), .ended(.returned), .ended(.removed),
            .ended(.stoppedKeep), .ended(.stoppedDelete):
            "ended.\(name)"
        }
    }

    /// The code that somebody takes away; nil when the study has none for it.
    public func code(of completion: StudySettings.Completion) -> String? {
        switch self {
        case .done: completion.code
        case .ended(.waitedInVain), .ended(.overQuota): completion.waitingCode ?? completion.code
        case .ended(.groupEnded): completion.partialCode ?? completion.code
        case .ended(.stoppedKeep), .ended(.stoppedDelete): completion.partialCode
        case .ended(.screenedOut), .ended(.comprehensionFailed), .ended(.quotaFilled): completion.screenOutCode
        case .ended(.timedOut): completion.timedOutCode
        case .ended(.returned), .ended(.removed): nil
        case .full, .paused, .closed: completion.overQuotaCode
        case .tookPart: completion.screenOutCode
        case .draft: nil
        }
    }
}
