// The prompts, read from versioned text files that are compiled into the program. A file that was used is never edited:
// a change is a new version beside it.
//
// A file is a list of sections. "[system]", "[user]" and "[assistant]" are the messages of the chat, in order;
// "[opinion]" is how one opinion is written. "{question}", "{opinions}", "{number}" and "{opinion}" are filled in; the
// values are put in last and are not searched for these again.

import LanguageModel

/// A prompt that asks for a statement.
public struct PromptTemplate: Sendable, Equatable {
    public let name: String
    /// Tells prompts of one name apart; recorded with every generation.
    public let version: String
    private let turns: [ChatMessage]
    private let opinionLine: String

    /// The names that studies may use.
    public static var names: [String] { all.map(\.name) }

    /// The newest version of a prompt.
    /// - Throws: ``PromptTemplateError/unknown(name:known:)``.
    public static func named(_ name: String) throws -> PromptTemplate {
        guard let template = all.first(where: { $0.name == name }) else {
            throw PromptTemplateError.unknown(name: name, known: names)
        }
        return template
    }

    private static let all = [
        PromptTemplate(name: "zero-shot", version: "v1", file: PackageResources.zero_shot_v1_txt),
        PromptTemplate(name: "few-shot", version: "v1", file: PackageResources.few_shot_v1_txt),
    ]

    private init(name: String, version: String, file: [UInt8]) {
        self.name = name
        self.version = version
        var sections: [(name: Substring, lines: [Substring])] = []
        for line in String(decoding: file, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("["), line.hasSuffix("]") {
                sections.append((line.dropFirst().dropLast(), []))
            } else if !sections.isEmpty {
                sections[sections.count - 1].lines.append(line)
            }
        }
        var turns: [ChatMessage] = []
        var opinionLine = ""
        for section in sections {
            let text = section.lines.joined(separator: "\n").trimmingPrefix { $0.isNewline }
            let trimmed = String(text.reversed().trimmingPrefix { $0.isNewline }.reversed())
            if let role = ChatMessage.Role(rawValue: String(section.name)) {
                turns.append(ChatMessage(role: role, text: trimmed))
            } else {
                opinionLine = trimmed
            }
        }
        self.turns = turns
        self.opinionLine = opinionLine
    }

    /// The chat that asks for a statement. White space within the question and the opinions becomes single spaces, so
    /// that no line of theirs looks like a line of the prompt.
    public func messages(question: String, opinions: [String]) -> [ChatMessage] {
        let lines = opinions.enumerated().map { index, opinion in
            Self.fill(opinionLine, ["number": "\(index + 1)", "opinion": Self.onOneLine(opinion)])
        }
        let values = ["question": Self.onOneLine(question), "opinions": lines.joined(separator: "\n")]
        return turns.map { ChatMessage(role: $0.role, text: Self.fill($0.text, values)) }
    }

    /// The prompt's own words, between what is filled in.
    var wording: [String] {
        turns.flatMap { $0.text.split(separator: /\{[a-z]+\}/).map(String.init) }
    }

    private static func onOneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private static func fill(_ text: String, _ values: [String: String]) -> String {
        text.replacing(/\{([a-z]+)\}/) { match in values[String(match.1)] ?? String(match.0) }
    }
}
