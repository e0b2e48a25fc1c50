// Who draws the splits of a question set, and how. Pure: the same questions, settings and seed give the same splits,
// whatever the order of the questions.

import LanguageModel

/// The rule of splits: whole topics are held out for `ood_test`; of the questions of the other topics, some of each go to
/// `iid_test` and to `validation`, and the rest is for training (Bakker et al. 2022, section 2.1).
public struct SplitPlan: Codable, Sendable, Equatable {
    /// The share of all questions that whole topics are held out for, 0 to 1. Not used where topics are named.
    public var oodTest: Double
    /// The share, of the questions of topics that are not held out, for each of the two.
    public var iidTest: Double
    public var validation: Double
    /// The topics to hold out; nil draws them.
    public var heldOut: [String]?
    public var seed: UInt64

    public init(oodTest: Double, iidTest: Double, validation: Double, heldOut: [String]? = nil, seed: UInt64) {
        self.oodTest = oodTest
        self.iidTest = iidTest
        self.validation = validation
        self.heldOut = heldOut
        self.seed = seed
    }

    /// The split of each question, by id.
    /// - Throws: ``QuestionSetError``.
    public func splits(of questions: [Question]) throws(QuestionSetError) -> [String: Split] {
        guard [oodTest, iidTest, validation].allSatisfy({ $0 >= 0 }), iidTest + validation <= 0.9,
            (heldOut == nil ? oodTest : 0) <= 0.9
        else { throw .badShares }
        let without = questions.count { $0.topic == nil }
        guard without == 0 else { throw .noTopics(without) }
        let topics = Dictionary(grouping: questions) { $0.topic ?? "" }.mapValues { $0.map(\.key).sorted() }
        var generator = SplitMix64(seed: seed)
        var order = topics.keys.sorted()
        generator.shuffle(&order)

        let wanted = oodTest * Double(questions.count)
        let out = Set(heldOut ?? Self.drawn(from: order, sizes: topics.mapValues(\.count), wanted: wanted))
        guard out.allSatisfy({ topics[$0] != nil }), order.contains(where: { !out.contains($0) }) else {
            throw .noTraining
        }
        guard heldOut != nil || oodTest == 0 || !out.isEmpty else { throw .nothingToHoldOut }
        var splits: [String: Split] = [:]
        for topic in out { for key in topics[topic] ?? [] { splits[key] = .oodTest } }
        // What rounding leaves over is carried from topic to topic, so that the whole has the shares too.
        var owedTest = 0.0, owedValidation = 0.0
        for topic in order where !out.contains(topic) {
            var keys = topics[topic] ?? []
            generator.shuffle(&keys)
            owedTest += iidTest * Double(keys.count)
            owedValidation += validation * Double(keys.count)
            // Each topic keeps a question for training: unseen questions are of known topics.
            let test = max(0, min(Int(owedTest.rounded()), keys.count - 1))
            let held = max(0, min(Int(owedValidation.rounded()), keys.count - 1 - test))
            owedTest -= Double(test)
            owedValidation -= Double(held)
            for (place, key) in keys.enumerated() {
                splits[key] = place < test ? .iidTest : place < test + held ? .validation : .train
            }
        }
        return splits
    }

    /// Topics in a drawn order, each taken while it brings the number of questions nearer to what is wanted; one at least
    /// where any are wanted, and never all.
    private static func drawn(from order: [String], sizes: [String: Int], wanted: Double) -> [String] {
        var chosen: [String] = [], held = 0.0
        for topic in order where chosen.count < order.count - 1 {
            let size = Double(sizes[topic] ?? 0)
            if abs(held + size - wanted) < abs(held - wanted) {
                chosen.append(topic)
                held += size
            }
        }
        guard chosen.isEmpty, wanted > 0, order.count > 1 else { return chosen }
        return order.min { (sizes[$0] ?? 0) < (sizes[$1] ?? 0) }.map { [$0] } ?? []
    }
}
