// The prompts, read from versioned text files that are compiled into the program. A file that was used is never edited:
// a change is a new version beside it.
//
// A file is a list of sections. "[system]", "[user]" and "[assistant]" are the messages of the chat, in order;
// "[opinion]" is how one opinion is written; "[answer]" holds the words that every statement begins with. "{question}",
// "{opinions}", "{number}" and "{opinion}" are filled in, in one pass: what is filled in is not searched for them.

import LanguageModel

/// A prompt that asks for a statement.
public struct PromptTemplate: Sendable, Equatable {
    public let name: String
    /// Tells prompts of one name apart; recorded with every generation.
    public let version: String
    /// The first words of every statement: the model goes on from there, instead of talking about the task. May be
    /// empty.
    public let opening: String
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
        PromptTemplate(name: "zero-shot", version: "v1", bytes: PackageResources.zero_shot_v1_txt),
        PromptTemplate(name: "few-shot", version: "v1", bytes: PackageResources.few_shot_v1_txt),
    ]

    /// - Parameter bytes: the text of a prompt file.
    package init(name: String, version: String, bytes: [UInt8]) {
        self.name = name
        self.version = version
        var sections: [(name: Substring, lines: [Substring])] = []
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("["), line.hasSuffix("]") {
                sections.append((line.dropFirst().dropLast(), []))
            } else if !sections.isEmpty {
                sections[sections.count - 1].lines.append(line)
            }
        }
        var turns: [ChatMessage] = []
        var opinionLine = "", opening = ""
        for section in sections {
            let text = section.lines.joined(separator: "\n").trimmingPrefix { $0.isNewline }
            let trimmed = String(text.reversed().trimmingPrefix { $0.isNewline }.reversed())
            if let role = ChatMessage.Role(rawValue: String(section.name)) {
                turns.append(ChatMessage(role: role, text: trimmed))
            } else if section.name == "opinion" {
                opinionLine = trimmed
            } else if section.name == "answer" {
                opening = trimmed
            }
        }
        self.opening = opening
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
        let filled = turns.map { ChatMessage(role: $0.role, text: Self.fill($0.text, values)) }
        return opening.isEmpty ? filled : filled + [ChatMessage(role: .assistant, text: opening)]
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
