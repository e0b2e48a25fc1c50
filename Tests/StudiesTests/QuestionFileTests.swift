import Foundation
import Studies
import TestSupport
import Testing

@Suite struct QuestionFileTests {
    private static let header = "id,question,affirming_statement,negating_statement,topic,split\n"

    /// The layout of the public Habermas Machine list.
    private static let list = """
        [
          {"id": 12, "question": "Should zoos be closed?", "affirming_statement": "Zoos should be closed.",
           "negating_statement": "Zoos should not be closed.", "topic": 7, "split": "TRAIN"},
          {"id": "13", "question": "Should voting be compulsory?", "affirming_statement": "Voting should be compulsory.",
           "negating_statement": "Voting should be voluntary.", "topic": 31, "split": "OOD_TEST"},
          {"id": "14", "question": "Is \\"free, fast\\" wifi a right?", "affirming_statement": "It is.",
           "negating_statement": "It is not.", "topic": null}
        ]
        """

    @Test("Each problem of a question file is reported with its row")
    func problems() {
        let csv = Self.header + "a,Q?,Yes.,No.,t,train\na,Q?,Yes.,No.,t,train\nb,,Yes.,No.,t,training\n"
        let error = #expect(throws: QuestionFileError.self) { try QuestionFile(csv: csv) }
        let text = error?.description ?? ""
        #expect(text.contains("row 3: id a appears twice"))
        #expect(text.contains("row 4: question is empty"))
        #expect(text.contains("row 4: split training is not one of"))
        #expect(throws: QuestionFileError.missingColumns(["negating_statement"])) {
            try QuestionFile(csv: "id,question,affirming_statement,topic\n")
        }
        #expect(throws: QuestionFileError.unreadable(path: "/no/such.csv")) { try QuestionFile(path: "/no/such.csv") }
        #expect(throws: QuestionFileError.problems(["the file has no questions"])) { try QuestionFile(csv: Self.header) }
        let open = #expect(throws: QuestionFileError.self) { try QuestionFile(csv: Self.header + "a,\"Q?,Yes.,No.,t,train\n") }
        #expect(open?.description.contains("line 2 has no closing quote") ?? false)
    }

    @Test("A row that follows line breaks in another says its line too; surplus values and twin columns are told")
    func places() throws {
        let csv = Self.header + "a,\"Q\n1?\",Yes.,No.,t,train\nb,,Yes.,No.,t,train\nc,Q?,Yes.,No.,t,train,surplus\n"
        let file = try QuestionFile(csv, .csv)
        #expect(file.problems.map(\.description) == [
            "row 3 (line 4): question is empty", "row 4 (line 5): it has 7 values, the header has 6",
        ])
        #expect(file.questions.map(\.key) == ["a"])
        #expect(throws: QuestionFileError.self) { try QuestionFile("id,id,question,affirming_statement,negating_statement\n", .csv) }
    }

    @Test("Topic and split may be missing; names in capitals, semicolons, tabs, empty lines and a mark are read")
    func forms() throws {
        let text = "\u{FEFF}ID;Question;Affirming Statement;Negating_Statement;Split;notes\r\n\r\na;Q?;Yes, so.;No.;IID_TEST;x\r\nb;R?;Yes.;No.;;\r\n"
        let file = try QuestionFile(text, .csv)
        #expect(file.problems.isEmpty && file.unusedColumns == ["notes"])
        #expect(file.questions.map(\.split) == [.iidTest, nil] && file.questions.allSatisfy { $0.topic == nil })
        #expect(file.questions.first?.affirmingStatement == "Yes, so.")
        let tabs = try QuestionFile("id\tquestion\taffirming_statement\tnegating_statement\na\tQ, or R?\tYes.\tNo.\n", .tsv)
        #expect(tabs.questions.first?.text == "Q, or R?")
        #expect(QuestionFormat(fileName: "a.TSV", text: "") == .tsv)
        #expect(QuestionFormat(fileName: "pasted", text: " [{}]") == .json)
        #expect(QuestionFormat(fileName: "pasted", text: "id\tquestion") == .tsv)
        #expect(QuestionFormat(fileName: "pasted", text: "id,question") == .csv)
        let wide = try #require((Self.header + "a,Q?,Yes.,No.,é,train\n").data(using: .utf16))
        #expect(QuestionFile.text(of: wide)?.contains("é") ?? false)
        #expect(QuestionFile.text(of: Data([0x69, 0xFC, 0x64])) == nil)
    }

    @Test("The public list's JSON is read, numbers and capitals included, and each problem has its entry and line")
    func json() throws {
        let file = try QuestionFile(Self.list, .json)
        #expect(file.problems.isEmpty)
        #expect(file.questions.map(\.key) == ["12", "13", "14"] && file.questions.map(\.topic) == ["7", "31", nil])
        #expect(file.questions.map(\.split) == [.train, .oodTest, nil])
        #expect(file.questions[2].text == "Is \"free, fast\" wifi a right?")
        let broken = try QuestionFile(
            "[\n{\"id\": \"1\", \"question\": true},\n\n[1, {\"a\": \"]\"}],\n 7 ,\n{\"id\": {}, \"note\": 1}]", .json)
        #expect(broken.questions.isEmpty && broken.unusedColumns == ["note"])
        let problems = broken.problems.map(\.description)
        #expect(problems.contains("entry 1 (line 2): question must be a text or a number"))
        #expect(problems.contains("entry 1 (line 2): affirming_statement is empty"))
        #expect(problems.contains("entry 2 (line 4): it is not an object"))
        #expect(problems.contains("entry 3 (line 5): it is not an object"))
        #expect(problems.contains("entry 4 (line 6): id must be a text or a number"))
        for text in ["", "{}", "[1,", "7"] {
            #expect(throws: QuestionFileError.self) { try QuestionFile(text, .json) }
        }
    }

    @Test("What is exported is read again as it was, in every form", arguments: QuestionFormat.allCases)
    func roundTrip(_ format: QuestionFormat) throws {
        let questions = [
            Question(
                key: "a", text: "Should \"we\", or; they\tdo\nit?", affirmingStatement: "Yes, we\\they should – naïve 🙂.",
                negatingStatement: "No.", topic: "17", split: .oodTest),
            Question(key: "007", text: "Q?", affirmingStatement: "Yes.", negatingStatement: "No.", topic: "007", split: nil),
            Question(key: "c", text: "R?", affirmingStatement: "Yes.", negatingStatement: "No.", topic: nil, split: .validation),
        ]
        let text = try QuestionExport.text(questions, as: format)
        #expect(try QuestionFile(text, format).questions == questions)
        if format == .json { #expect(text.contains("\"topic\": 17,") && text.contains("\"topic\": \"007\"")) }
    }

    @Test("CSV for spreadsheets begins with the mark by which Excel knows UTF-8, and is read again as it was")
    func forSpreadsheets() throws {
        let questions = [
            Question(
                key: "züge", text: "Should trains to Zürich be free?", affirmingStatement: "Yes.", negatingStatement: "No.", topic: "Züge",
                split: .train),
        ]
        let text = try QuestionExport.text(questions, as: .csv, forSpreadsheets: true)
        #expect(text.utf8.starts(with: [0xEF, 0xBB, 0xBF]))
        #expect(try QuestionFile(text, .csv).questions == questions)
        #expect(try QuestionExport.text(questions, as: .csv) == String(text.dropFirst()))
        #expect(try QuestionExport.text(questions, as: .tsv, forSpreadsheets: true).hasPrefix("id\t"))
    }

    @Test("A list in the layout of the public one is exported with the same members, of the same types")
    func publicLayout() throws {
        let list = """
            [
              {"id": "S173963710", "question": "Will machines help us?", "affirming_statement": "They will.", \
            "negating_statement": "They will NOT.", "topic": 0, "split": "train"},
              {"id": "173966929", "question": "Should zoos be closed?", "affirming_statement": "They should.", \
            "negating_statement": "They should NOT.", "topic": 12, "split": "ood_test"}
            ]

            """
        #expect(try QuestionExport.text(QuestionFile(list, .json).questions, as: .json) == list)
    }

    @Test("Thousands of questions are read at once")
    func thousands() throws {
        let rows = (1...5_000).map { "q\($0),\"Should we do thing \($0), or not?\",Yes.,No.,t,train" }
        let file = try QuestionFile(Self.header + rows.joined(separator: "\r\n"), .csv)
        #expect(file.questions.count == 5_000 && file.problems.isEmpty && file.questions.last?.key == "q5000")
    }
}
