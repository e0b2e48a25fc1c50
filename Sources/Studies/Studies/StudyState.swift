// Where a study stands.

/// The state of a study: draft (being prepared), open, paused (nobody new; those inside finish), closed (for good).
public enum StudyState: String, Codable, Sendable, CaseIterable {
    case draft, open, paused, closed

    /// Whether an admin may move a study from this state to `next`.
    func canBecome(_ next: StudyState) -> Bool {
        switch (self, next) {
        case (.draft, .open), (.open, .paused), (.paused, .open), (.open, .closed), (.paused, .closed): true
        default: false
        }
    }
}
