// What the preference model learns from.

/// Ratings of statements, with the encodings of the texts that they are about.
public struct RatingData: Sendable {
    /// One member's agreement with one statement. Groups, questions and rounds are numbered anyhow.
    public struct Rating: Sendable, Equatable {
        public let group: Int
        public let question: Int
        /// The member's round: what they rated side by side.
        public let memberRound: Int
        /// The member's opinion, as a place in ``RatingData/encodings``.
        public let opinion: Int
        /// The statement, as a place in ``RatingData/encodings``.
        public let statement: Int
        /// 1 to 7.
        public let agreement: Int

        public init(group: Int, question: Int, memberRound: Int, opinion: Int, statement: Int, agreement: Int) {
            self.group = group
            self.question = question
            self.memberRound = memberRound
            self.opinion = opinion
            self.statement = statement
            self.agreement = agreement
        }
    }

    /// Of every opinion and statement once; all of one length.
    public var encodings: [[Float]]
    /// The number of words of each text of ``encodings``.
    public var lengths: [Int]
    public var ratings: [Rating]

    public init(encodings: [[Float]], lengths: [Int], ratings: [Rating]) {
        self.encodings = encodings
        self.lengths = lengths
        self.ratings = ratings
    }

    /// The same texts with some of the ratings.
    public func with(_ ratings: [Rating]) -> RatingData {
        RatingData(encodings: encodings, lengths: lengths, ratings: ratings)
    }

    /// Pairs of ratings, as places in ``ratings``, in which one member agreed with one statement of a round more than
    /// with another.
    var comparisons: [(more: Int, less: Int)] {
        Dictionary(grouping: ratings.indices) { ratings[$0].memberRound }
            .sorted { $0.key < $1.key }
            .flatMap { _, places in
                places.flatMap { more in
                    places.filter { ratings[$0].agreement < ratings[more].agreement }.map { (more, $0) }
                }
            }
    }
}
