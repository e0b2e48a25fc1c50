// Turns a position statement into the parts that sentences about it are made of.

import Foundation

/// A position statement as parts of speech. Each part is nil where the statement's form does not give it.
struct Wording {
    /// As it stands, ending in a full stop.
    let sentence: String
    /// After "that": "we should raise taxes on the rich".
    let clause: String?
    /// After "to": "raise taxes on the rich".
    let action: String?

    init(_ statement: String, of question: ContestedQuestion) {
        var bare = statement.trimmingCharacters(in: .whitespacesAndNewlines)
        while let last = bare.last, ".!?".contains(last) { bare.removeLast() }
        sentence = bare + "."
        clause = Self.withoutInitialCapital(bare, question: question)
        action =
            if let clause, clause.hasPrefix("we should "), !clause.hasPrefix("we should not ") {
                String(clause.dropFirst("we should ".count))
            } else {
                nil
            }
    }

    private static let alwaysSmall: Set<String> = [
        "a", "all", "an", "any", "each", "every", "it", "no", "nobody", "only", "our", "people", "the", "their",
        "there", "they", "this", "we",
    ]

    /// The text as it stands inside a sentence, nil when its first word may be a name. The question shows which: what
    /// it writes small is no name, and what it writes with a capital inside the sentence is one.
    private static func withoutInitialCapital(_ text: String, question: ContestedQuestion) -> String? {
        let first = String(text.prefix { $0 != " " })
        guard let letter = first.first else { return nil }
        let small = letter.lowercased() + first.dropFirst()
        let inside = question.text.split { !$0.isLetter && $0 != "'" && $0 != "-" }.dropFirst().map(String.init)
        if inside.contains(first) { return text }
        guard alwaysSmall.contains(small) || inside.contains(small) else { return nil }
        return small + text.dropFirst(first.count)
    }
}
