// What an import would do.

import Consensus

/// What importing a file would change in a question set. Nothing has been changed.
public struct QuestionImportPreview: Codable, Sendable {
    /// Two questions that ask nearly the same.
    public struct NearDuplicate: Codable, Sendable {
        public let key: String
        public let question: String
        public let otherKey: String
        public let otherQuestion: String
        /// 0 to 1; 1 for the same words.
        public let similarity: Double
    }

    public let set: String
    /// The version it was compared with; 0 for a set that is new.
    public let base: Int
    /// How many rows of the file have no problem.
    public let questions: Int
    public let problems: [QuestionFileProblem]
    /// How many rows have a problem.
    public let rowsWithProblems: Int
    public let unusedColumns: [String]
    /// What would be different.
    public let difference: QuestionDifference
    /// Questions that the file lacks and that would stay.
    public let kept: Int
    /// Questions whose row in the file has a problem, and that would stay as they are.
    public let keptForProblems: Int
    /// How many questions of the new version would have no topic, and no split.
    public let withoutTopic: Int
    public let withoutSplit: Int
    public let nearDuplicates: [NearDuplicate]
}
