// How a simulated person reads a statement: by its words alone.

/// What a statement's words show to a person with an opinion of their own.
struct StatementReading {
    /// Which side it takes: -1 (negating) to 1 (affirming).
    let direction: Double
    /// How guarded it is, 0 to 1: the share of its sentences that hold a hedge.
    let hedging: Double
    /// The share of its content words that the person's opinion has too, 0 to 1, the question's own left aside, as
    /// everybody uses those.
    let echo: Double
    /// How well made it is, as a value on the quality scale before habits and noise.
    let merit: Double

    init(of statement: String, ownOpinion: String, question: ContestedQuestion) {
        let asked = Words(question.text).content.union(Words(question.affirming).content)
        let sentences = Words.sentences(statement)
        direction = Self.direction(sentences, question: question, asked: asked)
        let hedged = sentences.count { !Self.hedges.isDisjoint(with: Words($0).all) }
        hedging = sentences.isEmpty ? 0 : Double(hedged) / Double(sentences.count)
        echo = Self.share(
            of: Words(statement).content.subtracting(asked), in: Words(ownOpinion).content.subtracting(asked))
        merit = Self.merit(statement, sentences: sentences, asked: asked)
    }

    private static func share(of words: Set<String>, in others: Set<String>) -> Double {
        words.isEmpty ? 0 : Double(words.intersection(others).count) / Double(words.count)
    }

    /// The mean side of the sentences, those that speak of the question counting most.
    private static func direction(
        _ sentences: [String], question: ContestedQuestion, asked: Set<String>
    ) -> Double {
        let affirming = Words(question.affirming).content, negating = Words(question.negating).content
        let onlyNegating = negating.subtracting(affirming), onlyAffirming = affirming.subtracting(negating)
        let said = Set(Words(question.affirming).all)
        var sum = 0.0, weights = 0.0
        for sentence in sentences {
            let words = Words(sentence)
            let content = words.content
            // Words of the proposal itself ("ban", "without") are no cues.
            let negations = words.all.count { isNegation($0) && !said.contains($0) }
            let usesOtherSide =
                content.intersection(onlyNegating).count > content.intersection(onlyAffirming).count
            let isPositive = (negations % 2 == 0) != usesOtherSide
            let isPlain = negations > 0 || usesOtherSide || !endorsements.isDisjoint(with: words.all)
            let weight = 0.15 + share(of: asked, in: content)
            sum += weight * (isPositive ? 1 : -1) * (isPlain ? 1 : 0.3)
            weights += weight
        }
        return weights > 0 ? sum / weights : 0
    }

    /// A whole statement of middling length that keeps to the question is good; a scrap, a ramble or a text that
    /// stops in the middle is not.
    private static func merit(_ statement: String, sentences: [String], asked: Set<String>) -> Double {
        let words = Words(statement)
        let count = Double(words.all.count)
        var merit = 4.1
        merit += count < 25 ? max(-2.2, (count - 25) * 0.11) : count > 120 ? max(-1.5, (120 - count) * 0.02) : 0.4
        merit += (2...6).contains(sentences.count) ? 0.3 : 0
        let ends = ".!?\"'\u{201D}\u{2019})"
        if let last = statement.last(where: { !$0.isWhitespace }), !ends.contains(last) { merit -= 1.6 }
        if let first = statement.first(where: { $0.isLetter }), first.isLowercase { merit -= 0.5 }
        if count > 0, Double(Set(words.all).count) / count < 0.5 { merit -= 1 }
        return merit + 1.2 * (share(of: asked, in: words.content) - 0.5)
    }

    private static func isNegation(_ word: String) -> Bool {
        negations.contains(word) || word.hasSuffix("n't")
    }

    private static let negations: Set<String> = [
        "against", "avoid", "cannot", "disagree", "mistake", "never", "no", "nobody", "nor", "not", "nothing", "object",
        "oppose", "opposed", "refuse", "reject", "reluctant", "unfair", "unnecessary", "unwise", "without", "wrong",
    ]
    private static let endorsements: Set<String> = [
        "agree", "believe", "benefit", "benefits", "better", "fair", "favour", "favor", "glad", "good", "help",
        "important", "must", "need", "needed", "ought", "reasonable", "right", "should", "support", "welcome",
    ]
    private static let hedges: Set<String> = [
        "although", "balance", "both", "but", "careful", "carefully", "compromise", "could", "depends", "gradually",
        "however", "if", "may", "maybe", "might", "mostly", "partly", "perhaps", "possibly", "probably", "sometimes",
        "somewhat", "though", "unless", "while",
    ]
}
