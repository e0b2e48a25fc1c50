// Questions that ask nearly the same. Pure: it compares words.

import Foundation

/// Finds texts with nearly the same words. Two texts are as alike as the words that they share weigh, against the words
/// that either has (weighted Jaccard index, 0 to 1); a word weighs ln(1 + n / f), with f of the n texts having it, so that
/// "should" and "the" hardly count. Case and punctuation never do.
public struct NearDuplicates: Sendable {
    /// How alike two texts are that ask nearly the same.
    public static let limit = 0.75
    /// The cosine of the centred encodings of two texts that ask nearly the same.
    public static let encodingLimit = 0.9

    /// A text that is like another one.
    public struct Match: Codable, Sendable, Equatable {
        /// The text's place, from 0.
        public let index: Int
        /// How alike they are, 0 to 1; 1 for the same words.
        public let similarity: Double
    }

    private var texts: [Set<String>] = []
    private var places: [String: [Int]] = [:]

    public init(_ texts: [String] = []) {
        for text in texts { add(text) }
    }

    /// Adds a text to those that others are compared with.
    public mutating func add(_ text: String) {
        let words = Self.words(text)
        for word in words { places[word, default: []].append(texts.count) }
        texts.append(words)
    }

    /// The text that is most like `text`, if one is alike enough; the first of equals.
    /// - Parameter end: looks only at those before this place.
    public func match(for text: String, before end: Int? = nil) -> Match? {
        let words = Self.words(text), end = end ?? texts.count
        guard !words.isEmpty else { return nil }
        let weights = words.map { (word: $0, weight: weight($0)) }
        let own = weights.reduce(0) { $0 + $1.weight }
        var shared: [Int: Double] = [:]
        // Two texts alike enough share a word besides those that weigh least, together less than the limit.
        var skipped = 0.0
        for (word, weight) in weights.sorted(by: { ($0.weight, $0.word) < ($1.weight, $1.word) }) {
            if skipped + weight < own * Self.limit {
                skipped += weight
                continue
            }
            for place in places[word] ?? [] where place < end { shared[place] = 0 }
        }
        var best: Match?
        for place in shared.keys.sorted() {
            let common = texts[place].intersection(words).reduce(0) { $0 + weight($1) }
            let union = own + texts[place].subtracting(words).reduce(0) { $0 + weight($1) }
            let similarity = texts[place] == words ? 1 : common / union
            if similarity >= Self.limit, similarity > best?.similarity ?? 0 { best = Match(index: place, similarity: similarity) }
        }
        return best
    }

    /// Every text that is like an earlier one, with the earlier one most like it.
    public func pairs(of texts: [String]) -> [(later: Int, earlier: Match)] {
        texts.enumerated().compactMap { index, text in match(for: text, before: index).map { (index, $0) } }
    }

    /// Per encoding the earlier or known one that is most like it, by the cosine of what is left when the mean of all
    /// is taken away.
    public static func nearest(of encodings: [[Float]], among known: [[Float]]) -> [Match?] {
        let all = known + encodings
        guard let width = all.first?.count, all.count > 1 else { return encodings.map { _ in nil } }
        var mean = [Float](repeating: 0, count: width)
        for encoding in all { for place in 0..<width { mean[place] += encoding[place] / Float(all.count) } }
        let directions = all.map { encoding -> [Float] in
            let centred = zip(encoding, mean).map { $0 - $1 }
            let length = centred.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return length > 0 ? centred.map { $0 / length } : centred
        }
        return encodings.indices.map { index in
            let own = directions[known.count + index]
            var best: Match?
            for other in 0..<known.count {
                var cosine: Float = 0
                for place in 0..<width { cosine += own[place] * directions[other][place] }
                if Double(cosine) > best?.similarity ?? -1 { best = Match(index: other, similarity: Double(cosine)) }
            }
            return best
        }
    }

    private func weight(_ word: String) -> Double {
        log(1 + Double(max(1, texts.count)) / Double(max(1, places[word]?.count ?? 0)))
    }

    private static func words(_ text: String) -> Set<String> {
        Set(Words(text).list.map(String.init))
    }
}
