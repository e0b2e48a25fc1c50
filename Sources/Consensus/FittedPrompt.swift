// A prompt that fits the model's context: too long opinions are shortened evenly.

import LanguageModel

/// The chat of a brief, with opinions shortened if it would not fit otherwise.
package struct FittedPrompt {
    package let messages: [ChatMessage]
    package let shortened: [Shortening]

    /// - Throws: `ModelError.promptTooLong` when not even a prompt without opinions fits.
    init(_ brief: Brief, model: LanguageModel) throws {
        let limit = model.facts.contextLength - brief.sampling.maximumTokens
        try self.init(brief) { try model.tokenCount(of: $0) <= limit }
    }

    /// - Parameter fits: whether a chat fits the context.
    package init(_ brief: Brief, fits: ([ChatMessage]) throws -> Bool) throws {
        let whole = brief.template.messages(question: brief.question, opinions: brief.opinions)
        if try fits(whole) {
            messages = whole
            shortened = []
            return
        }
        let longest = brief.opinions.map(\.count).max() ?? 0
        // The same number of characters for each: those below it stay whole, so the loss is shared by the longest.
        // First at sentence ends, never below the first sentence; if that is too much, anywhere.
        let sentences = brief.opinions.map { Sentences.prefixes(of: $0) }
        let atSentenceEnds: (Int) -> [Substring] = { most in
            sentences.map { prefixes in
                prefixes.last { $0.count <= most } ?? prefixes.first ?? ""
            }
        }
        let anywhere: (Int) -> [Substring] = { most in brief.opinions.map { Self.cut($0, to: most) } }
        var kept: [Substring]?
        for shorten in [atSentenceEnds, anywhere] {
            // The largest limit that fits.
            var low = 0, high = longest
            while low <= high {
                let middle = (low + high) / 2
                let opinions = shorten(middle)
                if try fits(brief.template.messages(question: brief.question, opinions: opinions.map { String($0) })) {
                    kept = opinions
                    low = middle + 1
                } else {
                    high = middle - 1
                }
            }
            if kept != nil { break }
        }
        let opinions = kept ?? brief.opinions.map { _ in "" }
        messages = brief.template.messages(question: brief.question, opinions: opinions.map { String($0) })
        shortened = zip(brief.opinions, opinions).enumerated().compactMap { index, pair in
            let (original, kept) = pair
            guard kept.endIndex < original.endIndex else { return nil }
            return Shortening(
                opinion: index, originalCharacters: original.count, keptCharacters: kept.count,
                atSentenceEnd: sentences[index].contains { $0.endIndex == kept.endIndex })
        }
    }

    /// At most `most` characters, up to the end of a word where there is one.
    private static func cut(_ text: String, to most: Int) -> Substring {
        let prefix = text.prefix(most)
        guard prefix.endIndex < text.endIndex, !text[prefix.endIndex].isWhitespace,
            let space = prefix.lastIndex(where: \.isWhitespace)
        else { return prefix }
        return prefix[..<space]
    }
}
