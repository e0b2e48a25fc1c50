// Which part of a training set a group's answers to a question belong to. Parts share neither a group nor a question: a
// model is then tested on people and on questions that it knows nothing of.

import Crypto
import Foundation

/// The rule that divides examples into parts. It follows from the questions alone, so it is the same in every dump of a
/// study, however far the study is.
///
/// Questions of the splits `validation`, `iid_test` and `ood_test` go where their names say. Those of `train` are divided by
/// a hash of their wording. A group goes to the part in which most of the questions it was asked lie, counting those of a
/// part by one over the square root of the part's share: by the bare number the small parts would stay nearly empty, by one
/// over the share they would take most groups. What a group says on questions of another part belongs nowhere.
public struct SplitAssignment: Codable, Sendable, Equatable {
    /// The shares of the questions of the split `train` that go to each of these parts, 0 to 1, together below 1.
    public var validationShare: Double
    public var testShare: Double
    /// Other seeds give other divisions.
    public var seed: UInt64

    enum CodingKeys: String, CodingKey {
        case validationShare = "validation_share"
        case testShare = "test_share"
        case seed
    }

    public init(validationShare: Double = 0.1, testShare: Double = 0.1, seed: UInt64 = 1) {
        self.validationShare = validationShare
        self.testShare = testShare
        self.seed = seed
    }

    /// The part of a question.
    public func part(of question: AskedQuestion) -> TrainingSplit {
        switch question.split {
        case .validation: return .validation
        case .iidTest, .oodTest: return .test
        case .train:
            let place = Self.place(of: question.wording, seed: seed)
            return place < testShare ? .test : place < testShare + validationShare ? .validation : .train
        }
    }

    /// The part of a group that was, or will be, asked `questions`.
    public func part(ofGroupAsked questions: [AskedQuestion]) -> TrainingSplit {
        let counts = Dictionary(grouping: questions.map(part), by: \.self).mapValues { Double($0.count) }
        func weight(_ part: TrainingSplit) -> Double {
            let share = switch part {
            case .train: 1 - validationShare - testShare
            case .validation: validationShare
            case .test: testShare
            }
            // Where no share is held out, only the question set's own splits are.
            return (counts[part] ?? 0) / (share > 0 ? share : 1).squareRoot()
        }
        return TrainingSplit.allCases.max { weight($0) < weight($1) } ?? .train
    }

    /// The part of what a group said on `question`.
    /// - Parameter questions: all questions of the group.
    /// - Returns: nil where the group and the question are of different parts.
    public func part(of question: AskedQuestion, inGroupAsked questions: [AskedQuestion]) -> TrainingSplit? {
        let part = part(of: question)
        return part == self.part(ofGroupAsked: questions) ? part : nil
    }

    /// A number from 0 to below 1 that follows from the wording: the first 53 bits of a SHA-256.
    private static func place(of wording: String, seed: UInt64) -> Double {
        let digest = SHA256.hash(data: Data("\(seed) \(wording)".utf8))
        let bits = digest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Double(bits >> 11) / Double(UInt64(1) << 53)
    }
}
