// What became of the ratings on their way into the training sets.

/// What the training sets hold, and what was left out of them, and why.
public struct TrainingSetsReport: Codable, Sendable, Equatable {
    public var options: TrainingSetOptions
    /// Lines per file.
    public var rows: [String: Int]
    /// Statements that were left out of sft.jsonl: not by the language model, or malformed, or of rounds outside the
    /// inclusion rule, are not even counted.
    public var statements = Statements()
    /// Pairs that were left out of preferences.jsonl.
    public var pairs = Pairs()

    public struct Statements: Codable, Sendable, Equatable {
        /// Nobody rated them.
        public var unrated = 0
        /// Their quality or agreement is below the threshold.
        public var belowThreshold = 0
        /// An opinion that went in has been deleted since.
        public var opinionsDeleted = 0
        /// Their group and their question are of different parts.
        public var betweenParts = 0

        enum CodingKeys: String, CodingKey {
            case unrated
            case belowThreshold = "below_threshold"
            case opinionsDeleted = "opinions_deleted"
            case betweenParts = "between_parts"
        }
    }

    public struct Pairs: Codable, Sendable, Equatable {
        /// The member agreed with both alike, or they are the same words.
        public var tied = 0
        /// Their group and their question are of different parts.
        public var betweenParts = 0

        enum CodingKeys: String, CodingKey {
            case tied
            case betweenParts = "between_parts"
        }
    }

    public init(options: TrainingSetOptions, rows: [String: Int] = [:]) {
        self.options = options
        self.rows = rows
    }
}
