// What people do at a page besides answering it.

/// A way of wandering off and coming back, which must do no harm.
public enum Wandering: String, Codable, Sendable, CaseIterable {
    /// Load the page again.
    case reload
    /// Go back to the page before, and send its answer once more.
    case goBack = "go back"
    /// Open the page in a second tab, and answer in both.
    case secondTab = "second tab"
    /// Close the page, and open it again after ``Habits/absence``.
    case leave
}
