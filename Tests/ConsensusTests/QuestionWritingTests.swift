import Consensus
import LanguageModel
import TestSupport
import Testing

@Suite("Writing and screening questions", .serialized)
struct QuestionWritingTests {
    @Test("Near-duplicates are found whatever the case, the punctuation and a small word; other questions are not")
    func nearDuplicates() {
        let known = [
            "Should we raise taxes on the rich?", "Should zoos be closed?", "Should voting be compulsory?",
            "Should smoking be banned in all public places?", "Should homework be banned in primary schools?",
        ]
        let index = NearDuplicates(known)
        let same = index.match(for: "should WE raise taxes, on the rich")
        #expect(same?.index == 0 && same?.similarity == 1)
        #expect(index.match(for: "Should we raise the taxes on the rich people?")?.index == 0)
        #expect(index.match(for: "Should prisons be closed?") == nil)
        #expect(index.match(for: "Should alcohol be banned in all public places?") == nil)
        #expect(index.match(for: "?!") == nil)
        #expect(index.match(for: known[2], before: 2) == nil)
        let pairs = index.pairs(of: known + ["Should zoos be closed?"])
        #expect(pairs.count == 1 && pairs.first?.later == 5 && pairs.first?.earlier.index == 1)
    }

    @Test("Encodings are compared by their cosine once what all share is taken away")
    func encodings() {
        let shared: [Float] = [100, 100, 100]
        func encoding(_ own: [Float]) -> [Float] { zip(shared, own).map { $0 + $1 } }
        let known = [encoding([1, 0, 0]), encoding([0, 1, 0]), encoding([0, 0, 1])]
        let found = NearDuplicates.nearest(of: [encoding([0, 2, 0])], among: known)
        // The cosine of (-1, 5, -1) and (-1, 1, -1).
        #expect(found.first??.index == 1 && abs((found.first??.similarity ?? 0) - 7 / 9) < 1e-4)
        #expect(NearDuplicates.nearest(of: [shared], among: []).first == .some(nil))
    }

    @Test("A word list finds words and their endings in a row, each in its category")
    func screeningWords() {
        let list = ScreeningWords("[one]\nimmigra*\nblack people\n[two]\nrace\n")
        let hits = list.hits(in: "Is immigration good for black people?")
        #expect(hits.map(\.word) == ["immigra*", "black people"] && hits.allSatisfy { $0.category == "one" })
        #expect(list.hits(in: "Should we trace people in black?").isEmpty)
        #expect(ScreeningWords.standard.hits(in: "Should mosques be closed?").first?.category == "religion in public")
        #expect(ScreeningWords.standard.hits(in: "Should museums be free?").isEmpty)
    }

    @Test("The model's scores rank questions; the share asked for is flagged, and listed words always are")
    func screen() async throws {
        let model = try await TestModel.shared()
        let questions = ["Should museums be free?", "Should all immigrants be deported?", "Should school start later?", "Should trains run at night?"]
            .map { QuestionText(question: $0, affirming: "Yes, that should be so.", negating: "No, that should not be so.") }
        let screen = QuestionScreen(model: model)
        let findings = try await screen.findings(on: questions, share: 0.25)
        #expect(findings.count(where: \.isScoredHigh) == 1)
        #expect(Set(findings.compactMap(\.rank)) == [1, 2, 3, 4])
        #expect(findings.allSatisfy { (0...1).contains($0.score ?? -1) })
        #expect(findings[1].isFlagged && !findings[1].words.isEmpty)
        #expect(try await screen.findings(on: questions, share: 0.25) == findings)
        let words = try await QuestionScreen(model: nil).findings(on: questions, share: 1)
        #expect(words.map(\.isFlagged) == [false, true, false, false] && words.allSatisfy { $0.score == nil })
    }

    @Test("The probabilities of answers are those of the tokens that the model draws")
    func answers() async throws {
        let model = try await TestModel.shared()
        let prompt = [ChatMessage(role: .user, text: "Answer Yes or No. Is water wet?")]
        let probabilities = try await model.probabilities(of: [["Yes", "yes"], ["No"]], to: [prompt, prompt])
        #expect(probabilities[0] == probabilities[1])
        let drawn = try await model.generate(
            GenerationRequest(
                messages: prompt, sampling: SamplingSettings(temperature: 1, maximumTokens: 1), seeds: Array(1...200)))
        let yes = Double(drawn.draws.count { ["Yes", "yes"].contains($0.text) }) / 200
        // Five standard errors of a share of 200 draws.
        #expect(abs(yes - probabilities[0][0]) < 0.18)
        #expect(probabilities[0].reduce(0, +) <= 1)
    }

    @Test("Questions are written with both statements, none of them known; the same seed writes the same")
    func write() async throws {
        let model = try await TestModel.shared()
        let seeds = [
            QuestionText(
                question: "Should we raise taxes on the rich?", affirming: "We should raise taxes on the rich.",
                negating: "We should not raise taxes on the rich."),
            QuestionText(
                question: "Should schools ban mobile phones?", affirming: "Schools should ban mobile phones.",
                negating: "Schools should allow mobile phones."),
        ]
        let known = seeds.map(\.question)
        let drafts = try await QuestionWriter(model: model).write(3, after: seeds, known: known, encoder: model, seed: 4)
        let good = drafts.filter { $0.fault == nil }
        #expect((1...3).contains(good.count))
        for draft in drafts {
            #expect((draft.question == nil) == (draft.fault == .malformed))
            guard let question = draft.question else { continue }
            #expect(question.question.hasSuffix("?") && question.affirming != question.negating)
        }
        let index = NearDuplicates(known)
        for draft in good { #expect(draft.question.map { index.match(for: $0.question) == nil } ?? false) }
        let texts = good.compactMap(\.question?.question)
        #expect(NearDuplicates(texts).pairs(of: texts).isEmpty)
        let again = try await QuestionWriter(model: model).write(3, after: seeds, known: known, encoder: model, seed: 4)
        #expect(again == drafts)
        // What is known already is dropped, with what it repeats.
        let blocked = try await QuestionWriter(model: model).write(
            1, after: seeds, known: known + texts, encoder: nil, seed: 4)
        #expect(blocked.contains { $0.fault == .duplicate && $0.nearest != nil })
    }

    @Test("What changed in a text is told word by word")
    func difference() {
        func pieces(_ old: String, _ new: String) -> [String] {
            TextDifference(from: old, to: new).pieces.map { "\($0.kind.rawValue): \($0.text)" }
        }
        #expect(pieces("We should raise taxes now.", "We should lower taxes now.")
            == ["same: We should", "removed: raise", "added: lower", "same: taxes now."])
        #expect(pieces("", "All new.") == ["added: All new."])
        #expect(pieces("All gone.", "") == ["removed: All gone."])
        #expect(pieces("The same.", "The  same.") == ["same: The same."])
    }
}
