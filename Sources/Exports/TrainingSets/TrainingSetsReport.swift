// What became of the ratings on their way into the training sets: training-sets.json.

/// What the training sets hold, and what was left out of them, and why. Attention checks, malformed statements, what people
/// wrote themselves, people whose words were deleted, statements that were deleted or that others may not read, and what the
/// study's inclusion rule leaves out are not even counted.
public struct TrainingSetsReport: Codable, Sendable, Equatable {
    public var options: TrainingSetOptions
    /// Lines of sft.jsonl, by part.
    public var examples: [TrainingSplit: Int] = [:]
    /// Lines of preferences.jsonl, by part.
    public var preferences: [TrainingSplit: Int] = [:]
    /// Statements of the language model that were left out of sft.jsonl.
    public var statements = Statements()
    /// Pairs of statements that one member rated that were left out of preferences.jsonl.
    public var pairs = Pairs()

    public struct Statements: Codable, Sendable, Equatable {
        /// Nobody rated them.
        public var unrated = 0
        /// Their quality or agreement is below the threshold.
        public var belowThreshold = 0
        /// An opinion that went in was deleted since, or is not to be read by others.
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
        /// The member's opinion is not to be read by others.
        public var opinionHidden = 0
        /// The member agreed with both alike, or they are the same words.
        public var tied = 0
        /// Their group and their question are of different parts.
        public var betweenParts = 0

        enum CodingKeys: String, CodingKey {
            case opinionHidden = "opinion_hidden"
            case tied
            case betweenParts = "between_parts"
        }
    }

    enum CodingKeys: String, CodingKey {
        case options, examples, preferences
        case statements = "statements_left_out"
        case pairs = "pairs_left_out"
    }

    init(options: TrainingSetOptions) {
        self.options = options
    }
}
