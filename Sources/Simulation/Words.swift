// Words and sentences of a text, as plainly as possible.

/// A text as a list of lower-case words.
struct Words {
    let all: [String]

    init(_ text: String) {
        let plain = text.lowercased().replacing("\u{2019}", with: "'")
        all = plain.split { !$0.isLetter && !$0.isNumber && $0 != "'" }.map(String.init)
    }

    /// The words that carry a meaning, as rough stems.
    var content: Set<String> {
        Set(all.filter { !Self.functionWords.contains($0) }.map(Self.stem))
    }

    /// The sentences of `text`.
    static func sentences(_ text: String) -> [String] {
        text.split { ".!?\n".contains($0) }.map(String.init).filter { $0.contains { $0.isLetter } }
    }

    private static func stem(_ word: String) -> String {
        for (ending, replacement) in [("'s", ""), ("ies", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", "")]
        where word.hasSuffix(ending) && word.count >= ending.count + 3 {
            return String(word.dropLast(ending.count)) + replacement
        }
        return word
    }

    private static let functionWords: Set<String> = Set(
        """
        a about after again all also am an and any are as at be because been before being but by can could did do does \
        even for from had has have he her his how i if in into is it it's its just may me might more most much must my \
        no nor not of on one only or other our out over own she should so some still such than that the their them \
        then there these they this those through to too under up us very was we were what when where whether which \
        while who why will with would you your
        """.split(separator: " ").map(String.init))
}
