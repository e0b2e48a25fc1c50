// The prompts, read from versioned text files that are compiled into the program, or from a study file. A file that was
// used is never edited: a change is a new version beside it.
//
// A file is a list of sections. "[system]", "[user]" and "[assistant]" are the messages of a chat, in order; "[text]" is
// a paragraph instead, for a model that goes on with a text. "[examples NAME]" begins a set of worked examples, of which
// one is used, and "[task]" what follows it. "[opinion]" is how one opinion is written; "[answer]" holds the words that
// every statement begins with. "{question}", "{opinions}", "{number}" and "{opinion}" are filled in, in one pass: what is
// filled in is not searched for them.

import LanguageModel

/// A prompt that asks for a statement.
public struct PromptTemplate: Sendable, Equatable {
    /// What kind of model a prompt is for.
    public enum Form: String, Codable, Sendable {
        /// One that answers in a chat.
        case chat
        /// One that goes on with a text.
        case text
    }

    public let name: String
    /// Tells prompts of one name apart; recorded with every generation.
    public let version: String
    public let form: Form
    /// The first words of every statement: the model goes on from there, instead of talking about the task. May be
    /// empty.
    public let opening: String
    /// The worked examples in use; nil when there are none, or none have been drawn yet.
    public private(set) var exampleSet: String?
    private var turns: [ChatMessage]
    private let task: [ChatMessage]
    private var examples: [(name: String, turns: [ChatMessage])]
    private let opinionLine: String

    public static func == (one: PromptTemplate, other: PromptTemplate) -> Bool {
        one.name == other.name && one.version == other.version && one.form == other.form && one.exampleSet == other.exampleSet
    }

    /// The names that every study may use.
    public static let names = ["zero-shot", "few-shot"]

    /// The newest version of a prompt for a kind of model.
    /// - Throws: ``PromptTemplateError/unknown(name:known:)``.
    public static func named(_ name: String, form: Form = .chat) throws -> PromptTemplate {
        guard let source = sources.first(where: { $0.name == name && $0.form == form }) else {
            throw PromptTemplateError.unknown(name: name, known: names)
        }
        return try PromptTemplate(
            name: name, version: source.version, text: String(decoding: source.bytes, as: UTF8.self))
    }

    private static let sources: [(name: String, version: String, form: Form, bytes: [UInt8])] = [
        ("zero-shot", "v1", .chat, PackageResources.zero_shot_v1_txt),
        ("zero-shot", "v1", .text, PackageResources.zero_shot_text_v1_txt),
        ("few-shot", "v2", .chat, PackageResources.few_shot_v2_txt),
        ("few-shot", "v1", .chat, PackageResources.few_shot_v1_txt),
        ("few-shot", "v1", .text, PackageResources.few_shot_text_v1_txt),
    ]

    /// Reads a prompt file.
    /// - Throws: ``PromptTemplateError/malformed(name:reason:)``.
    public init(name: String, version: String, text: String) throws {
        self.name = name
        self.version = version
        func refuse(_ reason: String) -> PromptTemplateError { .malformed(name: name, reason: reason) }

        var sections: [(title: String, lines: [Substring])] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.wholeMatch(of: /\[[a-z][a-z0-9 -]*\]/) != nil {
                sections.append((String(line.dropFirst().dropLast()), []))
            } else if !sections.isEmpty {
                sections[sections.count - 1].lines.append(line)
            } else if !line.allSatisfy(\.isWhitespace) {
                throw refuse("it must begin with a section, such as [user]")
            }
        }
        var before: [ChatMessage] = [], task: [ChatMessage] = []
        var examples: [(name: String, turns: [ChatMessage])] = []
        var opinionLine = "", opening = "", isTask = false, forms: Set<Form> = []
        for section in sections {
            let trimmed = Self.withoutEmptyLines(section.lines.joined(separator: "\n"))
            if let role = section.title == "text" ? ChatMessage.Role.user : ChatMessage.Role(rawValue: section.title) {
                forms.insert(section.title == "text" ? .text : .chat)
                let message = ChatMessage(role: role, text: trimmed)
                if isTask {
                    task.append(message)
                } else if examples.isEmpty {
                    before.append(message)
                } else {
                    examples[examples.count - 1].turns.append(message)
                }
            } else if section.title.hasPrefix("examples ") {
                examples.append((String(section.title.dropFirst("examples ".count)), []))
            } else if section.title == "task" {
                isTask = true
            } else if section.title == "opinion" {
                opinionLine = trimmed
            } else if section.title == "answer" {
                opening = trimmed
            } else {
                throw refuse("there is no section [\(section.title)]")
            }
        }
        if !isTask { (before, task) = ([], before) }
        guard forms.count == 1, let form = forms.first else {
            throw refuse("it needs sections [user], for a chat, or [text], for a text, and not both")
        }
        guard examples.isEmpty || isTask else { throw refuse("[examples …] need a [task] after them") }
        guard task.last?.role == .user else { throw refuse("it must end with a section [user] or [text]") }
        let asked = task.map(\.text).joined()
        for needed in ["{question}", "{opinions}"] where !asked.contains(needed) { throw refuse("\(needed) is missing") }
        guard opinionLine.contains("{opinion}"), !opinionLine.contains("\n") else {
            throw refuse("it needs a section [opinion] of one line, with {opinion} in it")
        }
        self.form = form
        self.opening = opening
        self.opinionLine = opinionLine
        self.examples = examples
        self.task = task
        turns = before
    }

    /// The prompt with one of its sets of worked examples; itself when it has none.
    /// - Parameter seed: decides which.
    public func withExamples(drawnBy seed: UInt64) -> PromptTemplate {
        guard !examples.isEmpty else { return self }
        var generator = SplitMix64(seed: seed)
        let drawn = examples[generator.int(below: examples.count)]
        var copy = self
        copy.exampleSet = drawn.name
        copy.turns += drawn.turns
        copy.examples = []
        return copy
    }

    /// The chat, or the text as its only message, that asks for a statement. White space within the question and the
    /// opinions becomes single spaces, so that no line of theirs looks like a line of the prompt. Worked examples that
    /// have not been drawn are left out.
    public func messages(question: String, opinions: [String]) -> [ChatMessage] {
        let lines = opinions.enumerated().map { index, opinion in
            Self.fill(opinionLine, ["number": "\(index + 1)", "opinion": Self.onOneLine(opinion)])
        }
        let values = ["question": Self.onOneLine(question), "opinions": lines.joined(separator: "\n")]
        let filled = (turns + task).map { ChatMessage(role: $0.role, text: Self.fill($0.text, values)) }
        switch form {
        case .chat: return opening.isEmpty ? filled : filled + [ChatMessage(role: .assistant, text: opening)]
        case .text:
            let text = filled.map(\.text).joined(separator: "\n\n")
            return [ChatMessage(role: .user, text: opening.isEmpty ? text : "\(text) \(opening)")]
        }
    }

    /// The prompt's own words, between what is filled in.
    var wording: [String] {
        (turns + task).flatMap { $0.text.split(separator: /\{[a-z]+\}/).map(String.init) }
    }

    private static func onOneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private static func withoutEmptyLines(_ text: String) -> String {
        let text = text.trimmingPrefix { $0.isNewline }
        return String(text.reversed().trimmingPrefix { $0.isNewline }.reversed())
    }

    private static func fill(_ text: String, _ values: [String: String]) -> String {
        text.replacing(/\{([a-z]+)\}/) { match in values[String(match.1)] ?? String(match.0) }
    }
}
