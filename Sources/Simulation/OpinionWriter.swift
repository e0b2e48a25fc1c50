// Writes an opinion from a stance.

import Foundation

/// Puts an opinion together: which side, how firmly, in which order, in which words.
struct OpinionWriter {
    private let side: Phrasebook.Side
    private let own: Wording
    private let proposal: Wording
    private let isFirm: Bool
    private var book: Phrasebook
    private var generator: SplitMix64

    /// - Parameter position: the hidden stance, -1 to 1.
    init(question: ContestedQuestion, position: Double, generator: SplitMix64) {
        side = abs(position) < 0.12 ? .torn : position > 0 ? .yes : .no
        isFirm = abs(position) > 0.55
        proposal = Wording(question.affirming, of: question)
        own = side == .no ? Wording(question.negating, of: question) : proposal
        book = .of(side, isFirm: isFirm)
        self.generator = generator
    }

    private static let fewestWords = 20
    private static let mostWords = 60
    private static let mostSentences = 4

    mutating func write(minimumWords: Int, maximumCharacters: Int) -> String {
        let openings = usable(book.openings), conclusions = usable(book.conclusions), turns = usable(book.turns)
        var reasons = side == .torn ? Phrasebook.reasonsFor : book.reasons
        var counterReasons = Phrasebook.reasonsAgainst
        var concessions = book.concessions, closings = book.closings

        var parts: [String] = []
        switch side {
        case .torn:
            let forIt = reason(&reasons, after: "On the one hand,")
            let against = reason(&counterReasons, after: "On the other hand,")
            parts =
                generator.unit() < 0.5
                ? [pick(openings), forIt, against] : [forIt, against, pick(conclusions)]
            if generator.unit() < 0.6 { parts += take(&closings) }
        case .yes, .no:
            switch generator.below(isFirm ? 4 : 5) {
            case 0: parts = [pick(openings)] + take(&reasons) + take(&reasons)
            case 1: parts = [pick(openings)] + take(&reasons)
            case 2: parts = take(&reasons) + [pick(conclusions)]
            case 3: parts = take(&concessions) + [pick(turns)] + take(&reasons)
            default: parts = [pick(openings)] + take(&reasons) + take(&concessions)
            }
            if sentences(parts) < Self.mostSentences, generator.unit() < 0.6 { parts += take(&closings) }
        }

        // Within the usual length, then within the limits, which win.
        let fewest = max(Self.fewestWords, minimumWords)
        while words(parts) > max(Self.mostWords, minimumWords), parts.count > 2, words(parts.dropLast()) >= fewest {
            parts.removeLast()
        }
        var more = reasons + (side == .torn ? counterReasons : concessions)
        while words(parts) < fewest, let sentence = generator.draw(from: &more) { parts.append(sentence) }
        while parts.count > 1, length(parts) > maximumCharacters { parts.removeLast() }
        let text = parts.joined(separator: " ")
        return text.unicodeScalars.count <= maximumCharacters ? text : cut(text, to: maximumCharacters)
    }

    private func words(_ parts: some Sequence<String>) -> Int {
        parts.reduce(0) { $0 + $1.split(whereSeparator: \.isWhitespace).count }
    }

    private func sentences(_ parts: [String]) -> Int {
        parts.reduce(0) { $0 + Words.sentences($1).count }
    }

    private func length(_ parts: [String]) -> Int {
        parts.joined(separator: " ").unicodeScalars.count
    }

    /// The phrases that this question's form allows, filled in.
    private func usable(_ phrases: [String]) -> [String] {
        phrases.compactMap { phrase in
            var phrase = phrase
            let gaps = [
                ("{clause}", own.clause), ("{action}", proposal.action), ("{sentence}", own.sentence),
                ("{question}", proposal.clause),
            ]
            for (gap, words) in gaps where phrase.contains(gap) {
                guard let words else { return nil }
                phrase = phrase.replacing(gap, with: words)
            }
            return phrase
        }
    }

    /// Each list has a phrase that every question's form allows.
    private mutating func pick(_ phrases: [String]) -> String {
        phrases.isEmpty ? own.sentence : phrases[generator.below(phrases.count)]
    }

    private mutating func take(_ phrases: inout [String]) -> [String] {
        generator.draw(from: &phrases).map { [$0] } ?? []
    }

    private mutating func reason(_ reasons: inout [String], after start: String) -> String {
        guard let reason = generator.draw(from: &reasons), let first = reason.first else { return start }
        return reason.hasPrefix("I ") ? "\(start) \(reason)" : "\(start) \(first.lowercased())\(reason.dropFirst())"
    }

    /// Where not even the first sentence fits: as many words as do, and a full stop.
    private func cut(_ text: String, to characters: Int) -> String {
        var kept = ""
        for word in text.split(separator: " ") {
            let longer = kept.isEmpty ? String(word) : "\(kept) \(word)"
            guard longer.unicodeScalars.count < characters else { break }
            kept = longer
        }
        return kept.hasSuffix(".") ? kept : kept + "."
    }
}
