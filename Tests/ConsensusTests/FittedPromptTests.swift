import Consensus
import LanguageModel
import Testing

@Suite("A prompt that must fit")
struct FittedPromptTests {
    private func brief(_ opinions: [String]) throws -> Brief {
        Brief(question: "Q?", opinions: opinions, template: try .named("zero-shot"), candidates: 1, seed: 1)
    }

    /// Fits opinions into `room` characters beyond what the prompt takes without them.
    private func fit(_ opinions: [String], room: Int) throws -> (asked: String, shortened: [Shortening]) {
        let empty = try brief(opinions.map { _ in "" })
        let size = { (messages: [ChatMessage]) in messages.reduce(0) { $0 + $1.text.count } }
        let most = size(empty.template.messages(question: "Q?", opinions: empty.opinions)) + room
        let prompt = try FittedPrompt(brief(opinions)) { size($0) <= most }
        #expect(size(prompt.messages) <= most)
        return (prompt.messages.first { $0.role == .user }?.text ?? "", prompt.shortened)
    }

    // Four sentences of ten characters each, a space between them.
    private let long = "Aaaaaaaaa. Bbbbbbbbb. Ccccccccc. Ddddddddd."

    @Test("is left alone when it fits")
    func fits() throws {
        let result = try fit([long, "Short."], room: 49)
        #expect(result.shortened.isEmpty)
        #expect(result.asked.contains(long))
    }

    @Test("loses the ends of the longest opinions at sentence ends, and the short ones stay whole")
    func sentenceEnds() throws {
        let result = try fit([long, "Short.", long], room: 60)
        #expect(result.asked.contains("- Aaaaaaaaa. Bbbbbbbbb.\n- Short.\n- Aaaaaaaaa. Bbbbbbbbb.\n"))
        let numbers = result.shortened.map { [$0.opinion, $0.originalCharacters, $0.keptCharacters] }
        #expect(numbers == [[0, 43, 21], [2, 43, 21]])
        #expect(result.shortened.allSatisfy { $0.atSentenceEnd })
    }

    @Test("keeps first sentences while they fit")
    func firstSentences() throws {
        let result = try fit([long, "Eeeeeeeeeeeeeeeeeeeeeeeeeeeee. F."], room: 41)
        #expect(result.asked.contains("- Aaaaaaaaa.\n- Eeeeeeeeeeeeeeeeeeeeeeeeeeeee.\n"))
        #expect(result.shortened.count == 2)
    }

    @Test("is cut between words when even first sentences are too long")
    func hard() throws {
        let endless = "one two three four five six seven eight nine ten"
        let result = try fit([endless, "Short."], room: 20)
        #expect(result.asked.contains("- one two three\n- Short.\n"))
        #expect(result.shortened.count == 1)
        #expect(result.shortened.first?.keptCharacters == 13)
        #expect(result.shortened.first?.atSentenceEnd == false)
    }

    @Test("is cut anywhere when there are no words")
    func noWords() throws {
        let result = try fit([String(repeating: "x", count: 1_000)], room: 25)
        #expect(result.shortened.first?.keptCharacters == 25)
    }

    @Test("does not take every dot for the end of a sentence")
    func dots() throws {
        let result = try fit(["It costs 3.50 a day. \"Too much!\" I say.", "x"], room: 34)
        #expect(result.asked.contains("- It costs 3.50 a day. \"Too much!\"\n"))
        let less = try fit(["It costs 3.50 a day. \"Too much!\" I say.", "x"], room: 25)
        #expect(less.asked.contains("- It costs 3.50 a day.\n"))
    }
}
