// The text of an opinion, as it arrives from a browser.

import Foundation

/// A member's words: white space trimmed, control characters other than line breaks and tabs dropped (PostgreSQL
/// cannot hold a NUL, and no keyboard types the others).
struct OpinionText: Equatable {
    let text: String

    init(_ raw: String) {
        let lines = raw.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
        let kept = lines.unicodeScalars.filter {
            $0 == "\n" || $0 == "\t" || $0.properties.generalCategory != .control
        }
        text = String(String.UnicodeScalarView(kept)).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Words, separated by white space.
    var wordCount: Int {
        text.split(whereSeparator: \.isWhitespace).count
    }

    /// - Throws: ``StudyError/tooLong(maximum:found:)``, ``StudyError/tooFewWords(minimum:found:)``.
    func check(_ rule: StudySettings.Opinion) throws(StudyError) {
        let characters = text.unicodeScalars.count
        guard characters <= rule.maximumCharacters else {
            throw .tooLong(maximum: rule.maximumCharacters, found: characters)
        }
        let minimum = max(1, rule.minimumWords)
        guard wordCount >= minimum else { throw .tooFewWords(minimum: minimum, found: wordCount) }
    }
}
