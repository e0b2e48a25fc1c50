import LanguageModel
import Testing

@Suite("A candidate's text")
struct CandidateTextTests {
    private func text(_ pieces: [[UInt8]], stops: [String] = []) -> CandidateText {
        var text = CandidateText(stops: stops)
        for piece in pieces where text.finish == nil { text.append(piece, logProbability: -1) }
        return text
    }

    @Test("puts a character together whose bytes came in several tokens")
    func splitCharacter() {
        #expect(text([[0x61, 0xF0, 0x9F], [0x98], [0x80, 0x62]]).text == "a😀b")
    }

    @Test("leaves out a last character of which bytes are missing")
    func incomplete() {
        #expect(text([[0x61, 0xE2, 0x82]]).text == "a")
        #expect(text([[0x61, 0xC3]]).text == "a")
        #expect(text([[0x61, 0xC3, 0xA9]]).text == "aé")
        #expect(text([]).text == "")
    }

    @Test("ends before a stop string, also when it came in several tokens")
    func stops() {
        let stopped = text([Array("one two th".utf8), Array("ree".utf8), Array(" four".utf8)], stops: ["three"])
        #expect(stopped.text == "one two ")
        #expect(stopped.finish == .stopString)
        #expect(stopped.tokenCount == 2)
        #expect(stopped.logProbability == -2)
    }

    @Test("ends before the first of several stop strings")
    func firstStop() {
        #expect(text([Array("a b c d".utf8)], stops: ["d", "b", ""]).text == "a ")
    }

    @Test("goes on when no stop string came")
    func noStop() {
        let going = text([Array("thre".utf8), Array(" e".utf8)], stops: ["three"])
        #expect(going.text == "thre e")
        #expect(going.finish == nil)
    }
}
