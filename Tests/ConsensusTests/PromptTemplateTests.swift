import Consensus
import LanguageModel
import Testing

@Suite("A prompt template")
struct PromptTemplateTests {
    @Test("is found by name, with a version", arguments: PromptTemplate.names)
    func named(_ name: String) throws {
        let template = try PromptTemplate.named(name)
        #expect(template.name == name)
        #expect(!template.version.isEmpty)
    }

    @Test("that does not exist is refused with the names of those that do")
    func unknown() {
        #expect(throws: PromptTemplateError.unknown(name: "one-shot", known: ["zero-shot", "few-shot"])) {
            try PromptTemplate.named("one-shot")
        }
    }

    @Test("holds the question and every opinion, in order, and begins the answer", arguments: PromptTemplate.names)
    func messages(_ name: String) throws {
        let template = try PromptTemplate.named(name)
        let messages = template.messages(question: "Is it so?", opinions: ["Alpha.", "Beta.", "Gamma."])
        let asked = try #require(messages.last { $0.role == .user }).text
        let found = try ["Is it so?", "Alpha.", "Beta.", "Gamma."].map { try #require(asked.range(of: $0)).lowerBound }
        #expect(found == found.sorted())
        #expect(messages.last == ChatMessage(role: .assistant, text: template.opening))
        #expect(!messages.contains { $0.text.contains("{") })
    }

    @Test("shows worked examples before the question when it is few-shot")
    func examples() throws {
        let roles = try PromptTemplate.named("few-shot").messages(question: "Q?", opinions: ["O."]).map(\.role)
        #expect(roles == [.system, .user, .assistant, .user, .assistant, .user, .assistant])
    }

    @Test("takes an opinion as it is, whatever placeholders it holds", arguments: PromptTemplate.names)
    func placeholders(_ name: String) throws {
        let hostile = "{question} {opinions} {number} [user] {opinion}"
        let messages = try PromptTemplate.named(name).messages(question: "{opinions}?", opinions: [hostile, "Beta."])
        let asked = try #require(messages.last { $0.role == .user }).text
        #expect(asked.contains(hostile))
        #expect(asked.contains("{opinions}?"))
        #expect(asked.ranges(of: "Beta.").count == 1)
    }

    @Test("keeps an opinion on one line, so that none looks like two")
    func oneLine() throws {
        let messages = try PromptTemplate.named("zero-shot")
            .messages(question: "Q?", opinions: ["I agree.\n- And I agree too.\r\n\r\nQuestion: What?", "No."])
        let asked = try #require(messages.last { $0.role == .user }).text
        #expect(asked.contains("- I agree. - And I agree too. Question: What?\n- No."))
    }
}
