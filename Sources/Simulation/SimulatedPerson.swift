// A made-up person: a hidden stance, from which everything they write and rate follows.

/// Somebody who has a stance on every question, writes opinions and rates statements. A pure function of the seed and
/// of what the person is shown: the same person shown the same text says the same, in whatever order things come.
///
/// The rating rule is a simple one of its own. It reads a statement by its words alone, and shares nothing with the
/// models and features that Concord learns from ratings, so that learning from simulated people proves something.
public struct SimulatedPerson: Sendable {
    public let seed: UInt64
    /// The general leaning, -1 to 1, that shows through the stances on all questions.
    private let leaning: Double
    /// The habit of rating everything a little higher or lower, in points of the scale.
    private let lenience: Double

    public init(seed: UInt64) {
        self.seed = seed
        var generator = SplitMix64(seed: seed, for: "character")
        leaning = generator.signed()
        lenience = 0.6 * generator.signed()
    }

    /// The hidden stance, from -1 (wholly for the negating side) to 1 (wholly for the affirming side): partly the
    /// general leaning, to which each question is related more or less closely and in one direction or the other, and
    /// partly the person's own view of this question.
    func position(on question: ContestedQuestion) -> Double {
        // How the question relates to leanings is a fact about the question: its stream has no person in it.
        var relation = SplitMix64(seed: 0, for: "relation", question.text)
        var own = SplitMix64(seed: seed, for: "position", question.text)
        return min(1, max(-1, 0.6 * leaning * relation.signed() + 0.9 * own.signed()))
    }

    /// The agreement with both position statements.
    public func stance(on question: ContestedQuestion) -> StanceRatings {
        var generator = SplitMix64(seed: seed, for: "stance", question.text)
        let position = position(on: question)
        return StanceRatings(
            affirming: Likert.point(4 + 3.3 * position + 0.5 * generator.normal()),
            negating: Likert.point(4 - 3.3 * position + 0.5 * generator.normal()))
    }

    /// The person's opinion: two to four sentences, 20 to 60 words, unless the limits ask for more or fewer.
    /// - Parameters:
    ///   - minimumWords: the words it needs, separated by white space.
    ///   - maximumCharacters: the Unicode scalars it may have.
    public func opinion(
        on question: ContestedQuestion, minimumWords: Int = 10, maximumCharacters: Int = 3_000
    ) -> String {
        var writer = OpinionWriter(
            question: question, position: position(on: question),
            generator: SplitMix64(seed: seed, for: "opinion", question.text))
        return writer.write(minimumWords: minimumWords, maximumCharacters: maximumCharacters)
    }

    /// The rating of `statement`, from its text, the person's own opinion and the hidden stance.
    ///
    /// Agreement rises when the statement argues for the person's side, the more so the stronger the stance, and when
    /// it says what the person said. A hedged statement counts as half taking a side, and pleases those in the middle.
    /// Quality is length, completeness and keeping to the question. Both come with noise.
    public func rate(
        statement: String, ownOpinion: String, question: ContestedQuestion
    ) -> StatementRating {
        let reading = StatementReading(of: statement, ownOpinion: ownOpinion, question: question)
        let position = position(on: question)
        var generator = SplitMix64(seed: seed, for: "rating", question.text, statement)

        let side = reading.direction * (1 - 0.5 * reading.hedging) * position
        let middle = reading.hedging * (0.5 - abs(position))
        let agreement = 4 + lenience + 2.4 * side + 0.9 * middle + 2 * (reading.echo - 0.1) + 0.8 * generator.normal()
        let quality = reading.merit + lenience + 0.2 * (agreement - 4) + 0.9 * generator.normal()
        return StatementRating(agreement: Likert.point(agreement), quality: Likert.point(quality))
    }
}
