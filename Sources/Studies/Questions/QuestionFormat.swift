// The forms that a question file may have.

import Foundation

/// A form of question files.
public enum QuestionFormat: String, Codable, Sendable, CaseIterable {
    /// Values between commas (or, when reading, semicolons).
    case csv
    /// Values between tabs.
    case tsv
    /// An array of objects, as the public Habermas Machine list has it.
    case json

    /// By the ending of a file's name, else by how the text begins; CSV where neither says.
    public init(fileName: String, text: String) {
        if let named = QuestionFormat(rawValue: URL(filePath: fileName).pathExtension.lowercased()) {
            self = named
            return
        }
        let first = text.prefix { !$0.isNewline }
        if text.first(where: { !$0.isWhitespace }) == "[" {
            self = .json
        } else {
            self = first.contains("\t") ? .tsv : .csv
        }
    }
}
