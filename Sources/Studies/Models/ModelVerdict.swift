// Why a study may use a preference model, or may not, in plain words.

import Consensus
import Foundation

enum ModelVerdict {
    /// A sentence each. What counts is the newest evaluation: of the split validation, or where that was not evaluated, of
    /// every split that was (``PreferenceModels/Report/beatsBaselines``).
    static func sentences(_ splits: [String: PreferenceEvaluation]?, beats: Bool?) -> [String] {
        guard let splits, let beats else {
            return ["It has not been evaluated yet, so studies do not use it to choose statements."]
        }
        let validation = Split.validation.rawValue
        let counted = splits[validation].map { [validation: $0] } ?? splits
        var found = counted.sorted { $0.key < $1.key }.flatMap { split, evaluation in
            shortcomings(of: evaluation).map { "On \(split): \($0)" }
        }
        found.append(
            beats
                ? "It predicts better than guessing, than the length of a statement, and than itself without the opinion. "
                    + "Studies may use it to choose statements."
                : "So studies do not use it to choose statements, unless their file says force_preference_model: true.")
        return found
    }

    private static func shortcomings(of evaluation: PreferenceEvaluation) -> [String] {
        guard evaluation.groups >= PreferenceEvaluation.fewestGroups else {
            let groups = evaluation.groups == 1 ? "1 group is" : "\(evaluation.groups) groups are"
            return ["\(groups) too few to tell; it takes \(PreferenceEvaluation.fewestGroups) or more."]
        }
        guard let model = evaluation.lines.first(where: { $0.name == "model" }) else { return [] }
        let accuracy = model.pairwiseAccuracy
        guard accuracy.low > 0.5 else {
            return [
                "it says which of two statements a member agrees with more in \(percent(accuracy.value)) of cases "
                    + "(\(percent(accuracy.low)) to \(percent(accuracy.high))), which guessing may do as well."
            ]
        }
        return evaluation.lines.compactMap { line in
            guard let lead = line.lead, lead.low <= 0 || lead.low.isNaN else { return nil }
            switch line.name {
            case "length":
                return "it is not clearly better than saying that people agree with the longer statement (\(points(lead)))."
            case "opinion-blind":
                return "it is not clearly better than the same model that does not see the member's opinion (\(points(lead))): "
                    + "it may know what everybody likes, but not who likes what."
            default: return nil
            }
        }
    }

    private static func percent(_ share: Double) -> String { share.isFinite ? "\(Int((share * 100).rounded())) %" : "?" }

    private static func points(_ lead: Estimate) -> String {
        func text(_ value: Double) -> String {
            guard value.isFinite else { return "?" }
            let tenths = Int((value * 1_000).rounded())
            return "\(tenths < 0 ? "−" : "+")\(abs(tenths) / 10).\(abs(tenths) % 10)"
        }
        return "\(text(lead.value)) points, interval \(text(lead.low)) to \(text(lead.high))"
    }
}
