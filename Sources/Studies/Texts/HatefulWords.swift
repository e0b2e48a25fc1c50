// Words and turns that hateful texts are made of, from a versioned text file that is compiled into the program.
//
// "[kind]" begins a section; a line is a word, or several in a row; "*" at the end of a word stands for any ending, and a "*"
// of its own for up to three words. Sections `groups` and `hostile` flag nothing by themselves: a word of each within six
// words does.

import Foundation

/// Finds what may be hateful by a list of words and a few rules. It knows no context and understands nothing: it shows a
/// person where to look, finds quoted slurs as well as meant ones, and misses whatever is said without these words.
public struct HatefulWords: Sendable {
    public enum Kind: String, Codable, Sendable, CaseIterable {
        /// A word that is an insult to a group of people.
        case slur
        /// A threat, or a call for violence.
        case threat
        /// A turn that extremists know each other by.
        case extremism
        /// A group of people, and something hostile said near it.
        case hostility
    }

    /// The version of the list and the rules, stored with what they find.
    public static let version = "v1"

    /// The list that comes with the program, in English, German and Arabic.
    public static let standard = HatefulWords(String(decoding: PackageResources.hateful_words_v1_txt, as: UTF8.self))

    /// How many words may lie between a group and what is said of it.
    private static let reach = 6

    private enum Part: Sendable {
        case word(String)
        case beginning(String)
        case anything
    }

    private let entries: [(kind: Kind, parts: [Part])]
    private let groups: [[Part]]
    private let hostile: [[Part]]

    public init(_ list: String) {
        var section = "", sections: [String: [[Part]]] = [:]
        for line in list.split(whereSeparator: \.isNewline) {
            let line = line.trimmingCharacters(in: .whitespaces)
            if line.hasPrefix("["), line.hasSuffix("]") {
                section = String(line.dropFirst().dropLast())
            } else if !line.isEmpty, !line.hasPrefix("#") {
                sections[section, default: []].append(
                    line.split(separator: " ").map { word -> Part in
                        if word == "*" { return .anything }
                        let folded = FoldedWord.fold(word.hasSuffix("*") ? word.dropLast() : word)
                        return word.hasSuffix("*") ? .beginning(folded) : .word(folded)
                    })
            }
        }
        entries = Kind.allCases.flatMap { kind in (sections[kind.rawValue] ?? []).map { (kind: kind, parts: $0) } }
        groups = sections["groups"] ?? []
        hostile = sections["hostile"] ?? []
    }

    /// What is found in `text`, in the order of the text.
    public func findings(in text: String) -> [TextFinding] {
        let words = FoldedWord.words(of: text)
        var found: [TextFinding] = []
        func add(_ kind: Kind, _ place: ClosedRange<Int>) {
            let start = words[place.lowerBound].start
            let last = words[place.upperBound]
            let finding = TextFinding(kind: kind.rawValue, start: start, length: last.start + last.length - start)
            if !found.contains(finding) { found.append(finding) }
        }
        let scalars = Array(text.unicodeScalars)
        for start in words.indices where !Self.isIdentifier(words[start], in: scalars) {
            for (kind, parts) in entries {
                if let end = Self.end(of: parts[...], in: words, from: start) { add(kind, start...(end - 1)) }
            }
        }
        func places(_ lists: [[Part]]) -> [Range<Int>] {
            words.indices.compactMap { start in
                lists.compactMap { Self.end(of: $0[...], in: words, from: start) }.max().map { start..<$0 }
            }
        }
        let hostilities = places(hostile)
        for group in hostilities.isEmpty ? [] : places(groups) {
            for hostility in hostilities where !group.overlaps(hostility) {
                let (first, second) = group.lowerBound < hostility.lowerBound ? (group, hostility) : (hostility, group)
                guard second.lowerBound - first.upperBound <= Self.reach,
                    words[first.lowerBound].sentence == words[second.lowerBound].sentence
                else { continue }
                add(.hostility, first.lowerBound...(second.upperBound - 1))
            }
        }
        return found.sorted { ($0.start, $0.length, $0.kind) < ($1.start, $1.length, $1.kind) }
    }

    /// Whether a word is figures in the midst of an identifier, as in "3f2a-1488-b2c0": chance has put them there.
    private static func isIdentifier(_ word: FoldedWord, in scalars: [Unicode.Scalar]) -> Bool {
        let end = word.start + word.length
        guard word.start > 0, end < scalars.count, word.text.allSatisfy(\.isNumber), scalars[word.start - 1] == "-",
            scalars[end] == "-"
        else { return false }
        let before = scalars[..<(word.start - 1)].reversed().prefix { $0.properties.isASCIIHexDigit }
        let after = scalars[(end + 1)...].prefix { $0.properties.isASCIIHexDigit }
        let both = before + after
        return before.count >= 4 && after.count >= 4 && both.contains { $0.properties.isAlphabetic }
            && both.contains { $0.properties.numericType != nil }
    }

    /// The place after the last word of `parts`, where they stand in `words` from `start` on.
    private static func end(of parts: ArraySlice<Part>, in words: [FoldedWord], from start: Int) -> Int? {
        guard let part = parts.first else { return start }
        switch part {
        case .anything:
            for skipped in 0...3 {
                if start + skipped < words.count, let end = end(of: parts.dropFirst(), in: words, from: start + skipped) {
                    return end
                }
            }
            return nil
        case .word(let text):
            guard start < words.count, words[start].text == text || words[start].disguised == text else { return nil }
        case .beginning(let text):
            guard start < words.count, words[start].text.hasPrefix(text) || words[start].disguised.hasPrefix(text) else {
                return nil
            }
        }
        return end(of: parts.dropFirst(), in: words, from: start + 1)
    }
}
