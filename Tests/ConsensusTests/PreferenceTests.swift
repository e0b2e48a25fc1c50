import Consensus
import Foundation
import LanguageModel
import Testing

/// People whose agreement with a statement is how near it is to their opinion, in a space of encodings that also has
/// directions which mean nothing.
struct PreferenceWorld {
    let data: RatingData

    init(groups: Int, questions: Int, seed: UInt64, noise: Double = 0.5, isBlind: Bool = false) {
        var generator = SplitMix64(seed: seed)
        func normal() -> Double { (0..<12).reduce(-6.0) { sum, _ in sum + generator.unit() } }
        var encodings: [[Float]] = [], ratings: [RatingData.Rating] = [], memberRound = 0
        func text(_ meaning: [Double]) -> Int {
            encodings.append(meaning.map { Float($0) } + (0..<6).map { _ in Float(0.5 * normal()) })
            return encodings.count - 1
        }
        for group in 0..<groups {
            for question in [group % questions, (group + 1) % questions] {
                let statements = (0..<4).map { _ in (0..<3).map { _ in normal() } }
                let shown = statements.map(text)
                for _ in 0..<4 {
                    let opinion = (0..<3).map { _ in normal() }
                    let own = text(opinion)
                    for (index, statement) in statements.enumerated() {
                        let fit = isBlind ? statement[0] : zip(opinion, statement).reduce(0) { $0 + $1.0 * $1.1 }
                        let agreement = min(7, max(1, Int((4 + fit + noise * normal()).rounded())))
                        ratings.append(
                            .init(
                                group: group, question: question, memberRound: memberRound, opinion: own,
                                statement: shown[index], agreement: agreement))
                    }
                    memberRound += 1
                }
            }
        }
        data = RatingData(encodings: encodings, lengths: encodings.indices.map { 20 + $0 % 30 }, ratings: ratings)
    }
}

@Suite("The preference model")
struct PreferenceTests {
    private let training = PreferenceTraining(components: 9, regularizations: [0.001, 0.01, 0.1], folds: 4)

    @Test("the objective's gradient is its derivative")
    func gradient() {
        var generator = SplitMix64(seed: 4)
        let rows = (0..<40).map { _ in (0..<3).map { _ in 2 * generator.unit() - 1 } }
        let agreements = (0..<40).map { _ in 1 + generator.int(below: 7) }
        let comparisons = (0..<60).map { _ in (more: generator.int(below: 40), less: generator.int(below: 40)) }
        let objective = PreferenceObjective(
            rows: rows, agreements: agreements, comparisons: comparisons, regularization: 0.1)
        let place = (0..<9).map { _ in generator.unit() - 0.5 }
        let gradient = objective(place).gradient
        for index in place.indices {
            var above = place, below = place
            above[index] += 1e-5
            below[index] -= 1e-5
            let slope = (objective(above).value - objective(below).value) / 2e-5
            #expect(abs(slope - gradient[index]) < 1e-6, "parameter \(index)")
        }
    }

    @Test("learns who agrees with what, predicts other groups on other questions, and beats its baselines")
    func learns() throws {
        let result = try #require(training.train(on: PreferenceWorld(groups: 60, questions: 12, seed: 1).data))
        let blind = try #require(training.train(on: PreferenceWorld(groups: 60, questions: 12, seed: 1).data, seesOpinion: false))
        let test = PreferenceWorld(groups: 20, questions: 5, seed: 2).data
        func predictions(_ head: PreferenceHead) -> [Double] {
            test.ratings.map { head.agreement(opinion: test.encodings[$0.opinion], statement: test.encodings[$0.statement]) }
        }
        let evaluation = PreferenceEvaluation(
            of: test, model: predictions(result.head), blind: predictions(blind.head), bootstrap: Bootstrap(replicates: 200))
        let model = try #require(evaluation.lines.first)
        #expect(model.pairwiseAccuracy.low > 0.8, "\(model)")
        #expect(model.rankCorrelation.low > 0.7)
        #expect((model.calibrationError?.value ?? 9) < 0.4)
        let other = try #require(evaluation.lines.first { $0.name == "opinion-blind" })
        #expect(other.pairwiseAccuracy.low < 0.5 && other.pairwiseAccuracy.high > 0.5)
        #expect(evaluation.beatsBaselines)
        #expect(evaluation.groups == 20 && evaluation.ratings == 640)
        #expect(result.losses.count == 3)

        // One pass over all members and candidates gives the same numbers as one by one.
        let rating = test.ratings[5]
        let table = result.head.agreements(
            opinions: [test.encodings[rating.opinion]], statements: [test.encodings[0], test.encodings[rating.statement]])
        #expect(table[0][1] == result.head.agreement(opinion: test.encodings[rating.opinion], statement: test.encodings[rating.statement]))
        let probabilities = result.head.probabilities(opinion: test.encodings[rating.opinion], statement: test.encodings[rating.statement])
        #expect(abs(probabilities.reduce(0, +) - 1) < 1e-12 && probabilities.allSatisfy { $0 > 0 })
        let mean = probabilities.enumerated().reduce(0) { $0 + Double($1.offset + 1) * $1.element }
        #expect(abs(mean - table[0][1]) < 1e-9)
    }

    @Test("does not claim to beat a baseline that knows as much")
    func honest() throws {
        let data = PreferenceWorld(groups: 40, questions: 8, seed: 5, isBlind: true).data
        let result = try #require(training.train(on: data)), blind = try #require(training.train(on: data, seesOpinion: false))
        let test = PreferenceWorld(groups: 20, questions: 5, seed: 6, isBlind: true).data
        func predictions(_ head: PreferenceHead) -> [Double] {
            test.ratings.map { head.agreement(opinion: test.encodings[$0.opinion], statement: test.encodings[$0.statement]) }
        }
        let evaluation = PreferenceEvaluation(
            of: test, model: predictions(result.head), blind: predictions(blind.head), bootstrap: Bootstrap(replicates: 200))
        #expect(evaluation.lines[1].pairwiseAccuracy.low > 0.7)
        #expect(!evaluation.beatsBaselines)
    }

    @Test("cross-validation holds out groups and questions, both")
    func splits() {
        let ratings = PreferenceWorld(groups: 30, questions: 7, seed: 8).data.ratings
        let splits = training.splits(of: ratings)
        #expect(splits.count == 4)
        for (train, test) in splits {
            #expect(Set(train.map(\.group)).isDisjoint(with: test.map(\.group)))
            #expect(Set(train.map(\.question)).isDisjoint(with: test.map(\.question)))
        }
    }

    @Test("the same ratings give the same head; too little gives none; one that is stored is the same again")
    func repeatable() throws {
        let data = PreferenceWorld(groups: 12, questions: 6, seed: 3).data
        let first = try #require(training.train(on: data))
        #expect(training.train(on: data) == first)
        let stored = try JSONDecoder().decode(PreferenceHead.self, from: JSONEncoder().encode(first.head))
        #expect(stored == first.head)
        #expect(training.train(on: data.with([])) == nil)
        #expect(training.train(on: data.with(data.ratings.filter { $0.agreement == 4 })) == nil)
    }

    @Test("a scale turns scores of any kind into agreements that rise with them")
    func scale() throws {
        let data = PreferenceWorld(groups: 30, questions: 6, seed: 9).data
        // Scores that follow agreement, on a scale of their own and upside down.
        let scores = data.ratings.enumerated().map { -50 * Double($1.agreement) + Double($0 % 7) + 1_000 }
        let scale = try #require(AgreementScale(scores: scores, of: data))
        for level in 1...7 {
            let expected = scale.agreement(score: -50 * Double(level) + 1_003)
            #expect(abs(expected - Double(level)) < 0.6, "\(level): \(expected)")
        }
        #expect(scale.agreement(score: -1e9) <= 7 && scale.agreement(score: 1e9) >= 1)
        #expect(try JSONDecoder().decode(AgreementScale.self, from: JSONEncoder().encode(scale)) == scale)
        #expect(AgreementScale(scores: data.ratings.map { _ in 3 }, of: data) == nil)
        #expect(AgreementScale(scores: [], of: data.with([])) == nil)
    }

    @Test("too few groups say nothing, however good the predictions are")
    func fewGroups() throws {
        let data = PreferenceWorld(groups: 4, questions: 4, seed: 3, noise: 0).data
        let actual = data.ratings.map { Double($0.agreement) }
        let evaluation = PreferenceEvaluation(
            of: data, model: actual, blind: actual.map { _ in 4 }, bootstrap: Bootstrap(replicates: 100))
        #expect(evaluation.lines[0].pairwiseAccuracy.value == 1)
        #expect(!evaluation.beatsBaselines)
    }
}
