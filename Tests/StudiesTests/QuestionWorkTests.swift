import Consensus
import Foundation
import LanguageModel
import Postgres
import Studies
import TestSupport
import Testing

/// What models do to question sets, with the real one.
@Suite(.serialized) struct QuestionWorkTests {
    private static func examples(_ count: Int) async throws -> Database {
        let database = try await TestDatabase.fresh()
        try await QuestionSets(database: database).store(
            Array(QuestionFile(path: TestStudy.questionsFile).questions.prefix(count)), as: "examples")
        return database
    }

    @Test("Topics are found, reported and used with corrected names; the same seed finds the same, from encodings that are kept")
    func topics() async throws {
        let database = try await Self.examples(21), model = try await TestModel.shared()
        let clusterings = QuestionClusterings(database: database), sets = QuestionSets(database: database)
        let found = try await clusterings.find(in: "examples", with: model, clusters: nil, seed: 9, by: "ada")
        #expect(found.points.count == 21 && found.clusters.count >= 2 && !found.clustersGiven && !found.sentenceEmbeddings)
        #expect(found.clusters.reduce(0) { $0 + $1.questions } == 21)
        #expect(Set(found.clusters.map(\.suggestion)).count == found.clusters.count)
        #expect((-1...1).contains(found.silhouette) && (-1...1).contains(found.adjustedRandIndex ?? 9))
        #expect(found.trials.contains { $0.clusters == found.clusters.count && $0.silhouette == found.silhouette })
        #expect(try await database.first("SELECT count(*) FROM encodings", as: Int.self) == 21)
        let again = try await clusterings.find(in: "examples", with: model, clusters: nil, seed: 9)
        #expect(again.points.map(\.cluster) == found.points.map(\.cluster))
        #expect(try await sets.newestVersion(of: "examples") == 1)

        var edited = try await sets.questions(of: "examples")[0]
        edited.text += " Today?"
        try await sets.edit(edited, in: "examples")
        let names = Dictionary(uniqueKeysWithValues: found.clusters.map { ($0.number, $0.number <= 2 ? "one" : "rest") })
        try await clusterings.use(found.id, of: "examples", names: names)
        let topics = try await sets.questions(of: "examples").map(\.topic)
        // What has changed since keeps its topic.
        #expect(topics[0] == edited.topic && Set(topics.dropFirst()).isSubset(of: ["one", "rest"]))
        #expect(try await clusterings.newest(of: "examples")?.id == again.id)
        await #expect(throws: QuestionSetError.unknownClustering) { try await clusterings.use(UUID(), of: "examples") }
        await #expect(throws: QuestionSetError.tooFewQuestions(needed: 41, found: 21)) {
            try await clusterings.find(in: "examples", with: model, clusters: 40, seed: 1)
        }
        try await sets.store(Array(sets.questions(of: "examples").prefix(3)), as: "small")
        await #expect(throws: QuestionSetError.tooFewQuestions(needed: 6, found: 3)) {
            try await clusterings.find(in: "small", with: model, clusters: nil, seed: 1)
        }
        #expect(try await clusterings.newest(of: "small") == nil)
    }

    @Test("Written questions wait for a yes; an accepted one joins the set, a rejected one is not proposed again")
    func proposals() async throws {
        let database = try await Self.examples(8), model = try await TestModel.shared()
        let proposals = QuestionProposals(database: database), sets = QuestionSets(database: database)
        let outcome = try await proposals.write(
            3, for: "examples", after: ["tax-01", "tax-02", "tax-03"], with: model, embedding: model, seed: 3, by: "ada")
        #expect(outcome.wanted == 3 && (2...3).contains(outcome.proposed))
        let waiting = try await proposals.list(of: "examples")
        #expect(waiting.count == outcome.proposed && waiting.allSatisfy { $0.state == "pending" && $0.topic == "taxes and spending" })
        #expect(try await sets.newestVersion(of: "examples") == 1)
        let kept = try await database.first(
            "SELECT seed_keys, seed, jsonb_array_length(drafts) FROM question_writings", as: ([String], Int64, Int).self)
        #expect(kept?.0 == ["tax-01", "tax-02", "tax-03"] && kept?.1 == 3)
        #expect(kept?.2 == outcome.proposed + outcome.malformed + outcome.duplicates)

        let ada = try await StudyFixture.actor("ada", in: database)
        var wording = QuestionText(
            question: waiting[0].question, affirming: waiting[0].affirmingStatement, negating: waiting[0].negatingStatement)
        wording.affirming = "We should, with other words."
        let accepted = try await proposals.accept(waiting[0].id, in: "examples", wording: wording, by: ada)
        #expect(accepted.key == "new-1" && accepted.version == 2)
        let last = try await sets.questions(of: "examples").last
        #expect(last?.text == waiting[0].question && last?.affirmingStatement == wording.affirming && last?.split == nil)
        try await proposals.reject(waiting[1].id, in: "examples", by: ada)
        #expect(try await proposals.list(of: "examples").count == outcome.proposed - 2)
        #expect(Set(try await proposals.list(of: "examples", decided: true).map(\.state)) == ["accepted", "rejected"])
        await #expect(throws: QuestionSetError.decidedAlready) { try await proposals.reject(waiting[0].id, in: "examples") }
        await #expect(throws: QuestionSetError.unknownProposal) { try await proposals.accept(UUID(), in: "examples") }
        await #expect(throws: QuestionSetError.noSeeds) {
            try await proposals.write(1, for: "examples", after: [], with: model, embedding: nil, seed: 1)
        }
        await #expect(throws: QuestionSetError.unknownQuestion("x", set: "examples")) {
            try await proposals.write(1, for: "examples", after: ["x"], with: model, embedding: nil, seed: 1)
        }
        // The same seed draws the same, all of which is known now.
        let again = try await proposals.write(
            1, for: "examples", after: ["tax-01", "tax-02", "tax-03"], with: model, embedding: nil, seed: 3)
        #expect(again.duplicates >= 2)
    }

    @Test("Flagged questions wait for a person: kept ones stay decided, retired ones leave the set")
    func flags() async throws {
        let database = try await TestDatabase.fresh(), model = try await TestModel.shared()
        let flags = QuestionFlags(database: database), sets = QuestionSets(database: database)
        let texts = ["Should mosques be closed?", "Should abortion be legal?", "Should museums be free?", "Should trains be free?"]
        try await sets.store(
            texts.enumerated().map { Question(key: "q\($0)", text: $1, affirmingStatement: "Yes, so.", negatingStatement: "No, not so.", topic: nil, split: nil) },
            as: "mixed")
        let words = try await flags.screen("mixed", with: nil, share: 1)
        #expect(words.flagged == 2 && words.byWords == 2 && words.byModel == 0 && words.undecided == 2)
        let both = try await flags.screen("mixed", with: model, share: 1)
        #expect(both.flagged == 4 && both.byModel == 4)
        let list = try await flags.list(of: "mixed")
        #expect(list.count == 4 && list.compactMap(\.finding.rank).sorted() == [1, 2, 3, 4] && list.allSatisfy { $0.decision == nil })
        let mosque = try #require(list.first { $0.key == "q0" }), abortion = try #require(list.first { $0.key == "q1" })
        let ada = try await StudyFixture.actor("ada", in: database)
        try await flags.decide(mosque.id, .retire, in: "mixed", by: ada)
        try await flags.decide(abortion.id, .keep, in: "mixed", by: ada)
        #expect(try await sets.questions(of: "mixed").map(\.key) == ["q1", "q2", "q3"])
        #expect(try await sets.history(of: "mixed").first?.note == "Retired q0 after screening.")
        await #expect(throws: QuestionSetError.decidedAlready) { try await flags.decide(abortion.id, .retire, in: "mixed") }
        await #expect(throws: QuestionSetError.unknownFlag) { try await flags.decide(UUID(), .keep, in: "mixed") }
        // Screened again, what was kept is decided still, until its wording changes.
        #expect(try await flags.screen("mixed", with: nil, share: 0).undecided == 0)
        #expect(try await flags.list(of: "mixed").map(\.decision) == ["keep"])
        var changed = try await sets.questions(of: "mixed")[0]
        changed.text = "Should abortion be free?"
        try await sets.edit(changed, in: "mixed")
        #expect(try await flags.list(of: "mixed").isEmpty)
        #expect(try await flags.screen("mixed", with: nil, share: 0).undecided == 1)
    }

    @Test("A decision about words that are the question's no more is refused; one about its present words can be taken back")
    func staleFlags() async throws {
        let database = try await TestDatabase.fresh()
        let flags = QuestionFlags(database: database), sets = QuestionSets(database: database)
        let texts = ["Should mosques be closed?", "Should abortion be legal?", "Should trains be free?"]
        try await sets.store(
            texts.enumerated().map { Question(key: "q\($0)", text: $1, affirmingStatement: "Yes, so.", negatingStatement: "No, not so.", topic: nil, split: nil) },
            as: "mixed")
        #expect(try await flags.screen("mixed", with: nil, share: 0).flagged == 2)
        let list = try await flags.list(of: "mixed")
        let mosque = try #require(list.first { $0.key == "q0" }), abortion = try #require(list.first { $0.key == "q1" })
        // Somebody has the page open while the question is reworded.
        var reworded = try await sets.questions(of: "mixed")[0]
        reworded.text = "Should old mosques be repaired?"
        try await sets.edit(reworded, in: "mixed")
        for decision in QuestionFlags.Decision.allCases {
            await #expect(throws: QuestionSetError.changedMeanwhile(set: "mixed", version: 2)) {
                try await flags.decide(mosque.id, decision, in: "mixed")
            }
        }
        #expect(try await sets.questions(of: "mixed").map(\.key) == ["q0", "q1", "q2"])
        #expect(try await database.first("SELECT count(*) FROM question_flags WHERE decision IS NOT NULL", as: Int.self) == 0)

        let ada = try await StudyFixture.actor("ada", in: database)
        try await flags.decide(abortion.id, .keep, in: "mixed", by: ada)
        #expect(try await flags.list(of: "mixed").map(\.decision) == ["keep"])
        // Taken back twice is taken back once.
        for _ in 0..<2 { try await flags.reopen(abortion.id, in: "mixed", by: ada) }
        let open = try #require(try await flags.list(of: "mixed").first)
        #expect(open.decision == nil && open.decidedBy == nil && open.decidedAt == nil)
        let log = try await database.query(
            "SELECT action FROM audit_log WHERE action IN ('questions.keep', 'questions.reopen') ORDER BY id", as: String.self)
        #expect(log == ["questions.keep", "questions.reopen"])
        try await flags.decide(abortion.id, .retire, in: "mixed", by: ada)
        #expect(try await sets.questions(of: "mixed").map(\.key) == ["q0", "q2"])
        await #expect(throws: QuestionSetError.changedMeanwhile(set: "mixed", version: 3)) {
            try await flags.reopen(abortion.id, in: "mixed")
        }
        await #expect(throws: QuestionSetError.unknownFlag) { try await flags.reopen(UUID(), in: "mixed") }
    }
}
