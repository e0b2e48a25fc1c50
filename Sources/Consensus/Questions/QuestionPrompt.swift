// The prompts that ask for questions and about them, from versioned text files that are compiled into the program. A file
// that was used is never edited: a change is a new version beside it.
//
// A file is a list of sections. "[system]" and "[user]" are messages of a chat, "[text]" is a paragraph instead, for a
// model that goes on with a text; "[example]" is the answer to it for a question that is there already, and is repeated
// with what it answers once per example; "[opening]" holds the words that an answer begins with. "{question}",
// "{affirming}" and "{negating}" are filled in, in one pass.

import LanguageModel

/// A prompt about questions.
public struct QuestionPrompt: Sendable {
    /// What a prompt is for.
    public enum Purpose: String, Sendable, CaseIterable {
        /// Writes a new question like some that there are.
        case questions
        /// Asks whether a question is likely to draw hateful or extremist answers.
        case screen
    }

    public let name: String
    /// Tells prompts of one name apart; recorded with everything that was made with it.
    public let version: String
    let opening: String
    private let form: PromptTemplate.Form
    private let system: String
    private let ask: String
    private let example: String

    private static func source(_ purpose: Purpose, _ form: PromptTemplate.Form) -> (version: String, bytes: [UInt8]) {
        switch (purpose, form) {
        case (.questions, .chat): ("v1", PackageResources.questions_v1_txt)
        case (.questions, .text): ("v1", PackageResources.questions_text_v1_txt)
        case (.screen, .chat): ("v1", PackageResources.screen_v1_txt)
        case (.screen, .text): ("v1", PackageResources.screen_text_v1_txt)
        }
    }

    /// The newest prompt of a purpose for a kind of model.
    public init(_ purpose: Purpose, form: PromptTemplate.Form) {
        let source = Self.source(purpose, form)
        var sections: [String: [Substring]] = [:], title = ""
        for line in String(decoding: source.bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false) {
            if line.wholeMatch(of: /\[[a-z]+\]/) != nil {
                title = String(line.dropFirst().dropLast())
            } else {
                sections[title, default: []].append(line)
            }
        }
        func text(_ title: String) -> String {
            var lines = (sections[title] ?? [])[...]
            while lines.last?.isEmpty == true { lines.removeLast() }
            return lines.joined(separator: "\n")
        }
        name = purpose.rawValue
        version = source.version
        self.form = form
        system = text("system")
        ask = text(form == .chat ? "user" : "text")
        example = text("example")
        opening = text("opening")
    }

    /// The chat, or the text as its only message.
    /// - Parameters:
    ///   - question: what the prompt is about, where it is about one.
    ///   - examples: questions answered before.
    func messages(question: String = "", examples: [QuestionText] = []) -> [ChatMessage] {
        let answered = examples.map { (ask: ask, answer: Self.fill(example, $0)) }
        let asked = ask.replacing("{question}", with: Self.onOneLine(question))
        switch form {
        case .chat:
            var messages = system.isEmpty ? [] : [ChatMessage(role: .system, text: system)]
            for (ask, answer) in answered {
                messages += [ChatMessage(role: .user, text: ask), ChatMessage(role: .assistant, text: answer)]
            }
            messages.append(ChatMessage(role: .user, text: asked))
            return opening.isEmpty ? messages : messages + [ChatMessage(role: .assistant, text: opening)]
        case .text:
            let before = system.isEmpty ? [] : [system]
            let parts = before + answered.map { $0.answer } + [asked + (opening.isEmpty ? "" : opening)]
            return [ChatMessage(role: .user, text: parts.filter { !$0.isEmpty }.joined(separator: "\n\n"))]
        }
    }

    private static func fill(_ text: String, _ question: QuestionText) -> String {
        let values = [
            "question": question.question, "affirming": question.affirming, "negating": question.negating,
        ]
        return text.replacing(/\{([a-z]+)\}/) { match in onOneLine(values[String(match.1)] ?? String(match.0)) }
    }

    private static func onOneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
