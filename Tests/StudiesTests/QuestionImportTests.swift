import Foundation
import Postgres
import Studies
import TestSupport
import Testing

@Suite struct QuestionImportTests {
    private static let header = "id,question,affirming_statement,negating_statement,topic,split\n"
    private static let first = header + """
        a,Should zoos be closed?,Yes.,No.,animals,train
        b,Should voting be compulsory?,Yes.,No.,state,train
        c,Should trains be free?,Yes.,No.,traffic,train

        """
    private static let second = header + """
        c,Should trains be free?,Yes.,No.,,
        a,Should all zoos be closed?,Yes.,No.,animals,train
        d,Should trains be FREE,Yes.,No.,traffic,train
        e,,Yes.,No.,traffic,train

        """

    @Test("A preview tells what would be added, changed, retired and moved, what is wrong and what is asked already; nothing is imported")
    func preview() async throws {
        let database = try await TestDatabase.fresh()
        let imports = QuestionImports(database: database), sets = QuestionSets(database: database)
        let new = try await imports.preview(Self.first, .csv, for: "mine", keeps: false)
        #expect(new.base == 0 && new.difference.added.count == 3 && new.nearDuplicates.isEmpty)
        #expect(try await sets.list().isEmpty)
        try await sets.store(QuestionFile(csv: Self.first).questions, as: "mine")
        let preview = try await imports.preview(Self.second, .csv, for: "mine", keeps: false)
        #expect(preview.base == 1 && preview.questions == 3 && preview.rowsWithProblems == 1)
        #expect(preview.problems.map(\.description) == ["row 5: question is empty"])
        #expect(preview.difference.added.map(\.key) == ["d"] && preview.difference.changed.map(\.key) == ["a"])
        #expect(preview.difference.retired.map(\.key) == ["b"] && preview.difference.unchanged == 1)
        #expect(preview.difference.moved.count == 1)
        #expect(preview.nearDuplicates.map { [$0.key, $0.otherKey] } == [["d", "c"]])
        let kept = try await imports.preview(Self.second, .csv, for: "mine", keeps: true)
        #expect(kept.difference.retired.isEmpty && kept.difference.moved.isEmpty && kept.kept == 1)
        #expect(try await sets.newestVersion(of: "mine") == 1)
        await #expect(throws: StudyError.badName("My Set")) {
            try await imports.preview(Self.second, .csv, for: "My Set", keeps: true)
        }
    }

    @Test("A file that was looked at is imported once somebody agrees, once, and not over another change")
    func agree() async throws {
        let database = try await TestDatabase.fresh()
        let imports = QuestionImports(database: database), sets = QuestionSets(database: database)
        let ada = try await StudyFixture.actor("ada", in: database)
        let waiting = try await imports.look(at: Self.first, named: "mine.csv", .csv, for: "mine", keeps: false, by: ada)
        #expect(try await sets.list().isEmpty)
        let agreed = try await imports.agree(to: waiting.id, leavingOut: false, by: ada)
        #expect(agreed.set == "mine" && agreed.version == 1 && agreed.isNew)
        let made = try await sets.history(of: "mine").first
        #expect(made?.note == "Imported 3 questions from mine.csv." && made?.madeBy == "ada")
        await #expect(throws: QuestionSetError.unknownImport) { try await imports.agree(to: waiting.id, leavingOut: false, by: .commandLine) }

        let faulty = try await imports.look(at: Self.second, named: "more.csv", .csv, for: "mine", keeps: true, by: .commandLine)
        await #expect(throws: QuestionSetError.importHasProblems(count: 1)) {
            try await imports.agree(to: faulty.id, leavingOut: false, by: .commandLine)
        }
        let late = try await imports.look(at: Self.second, named: "more.csv", .csv, for: "mine", keeps: true, by: .commandLine)
        #expect(try await imports.agree(to: faulty.id, leavingOut: true, by: .commandLine).version == 2)
        #expect(try await sets.questions(of: "mine").map(\.key) == ["a", "b", "c", "d"])
        // Topic and split that the file leaves open stay as they were.
        #expect(try await sets.questions(of: "mine")[2].topic == "traffic")
        await #expect(throws: QuestionSetError.changedMeanwhile(set: "mine", version: 2)) {
            try await imports.agree(to: late.id, leavingOut: true, by: .commandLine)
        }
        #expect(try await sets.newestVersion(of: "mine") == 2)
        let empty = try await imports.look(at: Self.header + "x,,Yes.,No.,,\n", named: "x.csv", .csv, for: "new", keeps: true, by: .commandLine)
        await #expect(throws: QuestionSetError.nothingToImport) { try await imports.agree(to: empty.id, leavingOut: true, by: .commandLine) }
        let unreadable = try await imports.look(
            at: "id,question\n", named: "x.csv", .csv, for: "new", keeps: true, by: .commandLine)
        #expect(unreadable.preview.problems.map(\.description) == [
            "row 1: the question file lacks the columns affirming_statement, negating_statement",
        ])
        await #expect(throws: QuestionSetError.nothingToImport) {
            try await imports.agree(to: unreadable.id, leavingOut: true, by: .commandLine)
        }
        #expect(try await sets.list().map(\.name) == ["mine"])
    }

    @Test("A question whose row in the file has a problem stays as it is, at the place of the row, also where the file is the whole set")
    func faultyRows() async throws {
        let database = try await TestDatabase.fresh()
        let imports = QuestionImports(database: database), sets = QuestionSets(database: database)
        let before = try QuestionFile(csv: Self.first).questions
        try await sets.store(before, as: "mine")
        // c has a typo in its split, b is there twice and has no question at first, d would be new, a is not there.
        let text = Self.header + """
            c,Should all trains be free?,Yes.,No.,traffic,TRAINING
            e,Should cars be banned?,Yes.,No.,traffic,train
            b,,Yes.,No.,state,train
            b,Should voting be forbidden?,Yes.,No.,state,train
            d,,Yes.,No.,traffic,train

            """
        let preview = try await imports.preview(text, .csv, for: "mine", keeps: false)
        #expect(preview.questions == 1 && preview.rowsWithProblems == 4 && preview.keptForProblems == 2)
        #expect(preview.difference.retired.map(\.key) == ["a"] && preview.difference.added.map(\.key) == ["e"])
        #expect(preview.difference.changed.isEmpty && preview.difference.unchanged == 2)
        let keeping = try await imports.preview(text, .csv, for: "mine", keeps: true)
        #expect(keeping.kept == 1 && keeping.keptForProblems == 2 && keeping.difference.retired.isEmpty)
        let file = try QuestionFile(text, .csv)
        let stored = try await imports.store(QuestionImport(file, keeps: false), as: "mine", from: "mine.csv", leavingOut: true)
        #expect(stored.version == 2)
        let after = try await sets.questions(of: "mine")
        #expect(after.map(\.key) == ["c", "e", "b"] && after[0] == before[2] && after[2] == before[1])
    }

    @Test("A file that nobody agreed to for a day is forgotten")
    func forgotten() async throws {
        let database = try await TestDatabase.fresh()
        let imports = QuestionImports(database: database)
        let waiting = try await imports.look(at: Self.first, named: "mine.csv", .csv, for: "mine", keeps: false, by: .commandLine)
        try await database.execute("UPDATE question_imports SET created_at = now() - interval '25 hours'")
        _ = try await imports.look(at: Self.first, named: "mine.csv", .csv, for: "other", keeps: false, by: .commandLine)
        await #expect(throws: QuestionSetError.unknownImport) { try await imports.agree(to: waiting.id, leavingOut: false, by: .commandLine) }
    }
}
