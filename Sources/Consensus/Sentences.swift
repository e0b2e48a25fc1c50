// Where sentences end, as far as the form of a text shows it.

enum Sentences {
    private static let terminators: Set<Character> = [".", "!", "?", "…", "。", "！", "？"]
    private static let closers: Set<Character> = ["\"", "'", "”", "’", "»", ")", "]", "*"]

    /// Whether the text ends where a sentence may end. Dots that trail off end none.
    static func endsComplete(_ text: String) -> Bool {
        var rest = text[...]
        while let last = rest.last, closers.contains(last) || last.isWhitespace { rest.removeLast() }
        guard let last = rest.last, terminators.contains(last), last != "…" else { return false }
        return !rest.hasSuffix("..")
    }

    /// The prefixes of `text` that end with a sentence, from the shortest to the whole.
    static func prefixes(of text: String) -> [Substring] {
        var prefixes: [Substring] = []
        var index = text.startIndex
        while index < text.endIndex {
            guard terminators.contains(text[index]) else {
                index = text.index(after: index)
                continue
            }
            while index < text.endIndex, terminators.contains(text[index]) || closers.contains(text[index]) {
                index = text.index(after: index)
            }
            if index == text.endIndex || text[index].isWhitespace { prefixes.append(text[..<index]) }
        }
        if prefixes.last?.endIndex != text.endIndex { prefixes.append(text[...]) }
        return prefixes
    }
}
