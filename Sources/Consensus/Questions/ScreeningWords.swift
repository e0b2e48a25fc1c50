// Words that make a question worth a second look, from a versioned text file that is compiled into the program.
//
// "[category]" begins a category; a line is a word or several in a row; "*" at the end of a word stands for any ending.

/// A word list in categories. It knows no context: it finds what a person should look at, and decides nothing.
public struct ScreeningWords: Sendable {
    /// A word of the list that was found.
    public struct Hit: Codable, Sendable, Equatable {
        /// As it stands in the list.
        public let word: String
        public let category: String
    }

    /// The version of the list.
    public static let version = "v1"

    /// The list that comes with the program, in English.
    public static let standard = ScreeningWords(String(decoding: PackageResources.screening_words_v1_txt, as: UTF8.self))

    private let entries: [(hit: Hit, parts: [(text: String, isBeginning: Bool)])]

    public init(_ list: String) {
        var category = "", entries: [(Hit, [(String, Bool)])] = []
        for line in list.split(whereSeparator: \.isNewline) {
            let line = line.trimmingPrefix(while: \.isWhitespace)
            if line.hasPrefix("["), line.hasSuffix("]") {
                category = String(line.dropFirst().dropLast())
            } else if !line.isEmpty {
                let parts = line.split(separator: " ").map { part in
                    (String(part.hasSuffix("*") ? part.dropLast() : part), part.hasSuffix("*"))
                }
                entries.append((Hit(word: String(line), category: category), parts))
            }
        }
        self.entries = entries.map { (hit: $0.0, parts: $0.1.map { (text: $0.0, isBeginning: $0.1) }) }
    }

    /// The words of the list that stand in a text, in the order of the list.
    public func hits(in text: String) -> [Hit] {
        let words = Words(text).list
        return entries.filter { entry in
            words.indices.contains { start in
                start + entry.parts.count <= words.count
                    && zip(words[start...], entry.parts).allSatisfy { word, part in
                        part.isBeginning ? word.hasPrefix(part.text) : word == part.text
                    }
            }
        }.map(\.hit)
    }
}
