// Statements that test whether members read what they rate, as a study file states them.

/// A statement that says itself how it is to be rated. It is put among a round's statements, and kept out of statistics
/// and training.
public struct AttentionCheck: Codable, Sendable, Equatable {
    /// What the names begin with under which they are kept beside the conditions; no condition's name may.
    static let prefix = "attention-check-"

    /// The round whose statements it is put among, from 1.
    public var round: Int
    public var text: String
    /// The agreement that it asks for, 1 to 7.
    public var agreement: Int
    /// The quality that it asks for; any if nil.
    public var quality: Int?

    /// Whether a rating is what it asks for.
    func isPassed(agreement: Int, quality: Int) -> Bool {
        agreement == self.agreement && quality == self.quality ?? quality
    }
}
