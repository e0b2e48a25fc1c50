// The scale that every rating of the paper uses.

/// A value of a 7-point Likert scale: 1 (strongly disagree, or terrible) … 4 (neutral) … 7 (strongly agree, or
/// excellent).
public struct LikertValue: Sendable, Equatable {
    public let value: Int

    /// - Throws: ``StudyError/outOfScale(_:)`` naming `question` when `value` is not 1 to 7.
    public init(_ value: Int, for question: String) throws(StudyError) {
        guard (1...7).contains(value) else { throw .outOfScale(question) }
        self.value = value
    }
}
