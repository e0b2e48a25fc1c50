// Why a statement was chosen, in words that need no knowledge of the code.

import Foundation

/// Explains choices. Pure.
enum ChoiceWords {
    /// What decided among the candidates of a model.
    static func why(_ select: Condition.Selection, alpha: Double?, _ candidates: [GenerationRecord.Candidate]) -> String {
        let chosen = candidates.filter(\.chosen)
        guard !candidates.isEmpty else { return "Nothing has been chosen yet." }
        let quoting = candidates.count { $0.malformation == GenerationQueue.quotesHidden }
        let malformed = candidates.count { $0.malformation != nil } - quoting
        let repeated = candidates.count { $0.malformation == nil && $0.duplicateOf != nil }
        let left = candidates.count - malformed - quoting - repeated
        var sentences = ["\(candidates.count) candidate\(candidates.count == 1 ? " was" : "s were") drawn."]
        if malformed > 0 { sentences.append("\(malformed) \(malformed == 1 ? "was" : "were") rejected for \(malformed == 1 ? "its" : "their") form.") }
        if quoting > 0 { sentences.append("\(quoting) \(quoting == 1 ? "quotes" : "quote") an opinion that others were not to read.") }
        if repeated > 0 { sentences.append("\(repeated) said nearly what another said.") }
        if chosen.isEmpty { return (sentences + ["None was left that may be shown."]).joined(separator: " ") }
        let names = list(chosen.map { "\($0.draw).\($0.number)" })
        let verb = chosen.count == 1 ? "is" : "are"
        if left == 0 {
            return (sentences + ["None was left, so that \(names), the least bad, \(verb) shown."]).joined(separator: " ")
        }
        sentences.append("Of the \(left == 1 ? "one" : "\(left)") left, \(names) \(verb) shown, because")
        let reason: String = switch select {
        case .first, .predictedWelfare, .actualWelfare:
            chosen.count == 1 ? "it was drawn first." : "they were drawn first."
        case .random: "chance decided."
        case .schulze:
            "a Schulze vote puts \(chosen.count == 1 ? "it" : "them") first, with every member voting by the agreement predicted of them."
        case .welfare:
            "\(chosen.count == 1 ? "it has" : "they have") the highest welfare of the agreements predicted of the members"
                + comparison(chosen, candidates) + aversion(alpha)
        }
        sentences[sentences.count - 1] += " " + reason
        return sentences.joined(separator: " ")
    }

    /// What decided among people's own words.
    /// - Parameter authors: the seats of those whose opinions are shown.
    static func whyOpinion(
        _ select: Condition.Selection, alpha: Double?, authors: [Int], welfare: [String: Double]?
    ) -> String {
        guard !authors.isEmpty else { return "Nothing has been chosen yet." }
        let whose = "The opinion\(authors.count == 1 ? "" : "s") of seat\(authors.count == 1 ? "" : "s") \(list(authors.map(String.init)))"
        let verb = authors.count == 1 ? "is" : "are"
        switch select {
        case .predictedWelfare, .actualWelfare:
            let best = authors.first.flatMap { welfare?["\($0)"] }.map { " (\(figure($0)))" } ?? ""
            return "\(whose) \(verb) shown, because of all opinions \(authors.count == 1 ? "it has" : "they have") the highest welfare\(best) "
                + "of the agreements \(select == .actualWelfare ? "that the others gave" : "predicted of the others")" + aversion(alpha)
        case .first, .random, .welfare, .schulze:
            return "\(whose) \(verb) shown; chance decided."
        }
    }

    private static func comparison(
        _ chosen: [GenerationRecord.Candidate], _ candidates: [GenerationRecord.Candidate]
    ) -> String {
        guard let best = chosen.compactMap(\.welfare).max() else { return "" }
        let next = candidates.filter { !$0.chosen && $0.malformation == nil && $0.duplicateOf == nil }.compactMap(\.welfare).max()
        return " (\(figure(best))" + (next.map { "; the next best has \(figure($0))" } ?? "") + ")"
    }

    private static func aversion(_ alpha: Double?) -> String {
        switch alpha {
        case nil: "."
        case .infinity?: ", which is that of whoever agrees least (α = ∞)."
        case 0?: ", which is their mean (α = 0)."
        case let alpha?: ", at an inequality aversion of α = \(figure(alpha))."
        }
    }

    private static func figure(_ number: Double) -> String {
        number.formatted(.number.precision(.fractionLength(0...2)).locale(.init(identifier: "en")))
    }

    private static func list(_ names: [String]) -> String {
        guard let last = names.last, names.count > 1 else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + " and " + last
    }
}
