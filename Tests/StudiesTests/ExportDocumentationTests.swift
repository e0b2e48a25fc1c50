import Exports
import Foundation
import TestSupport
import Testing

@Suite("docs/data-dictionary.md") struct ExportDocumentationTests {
    private static let words: [(ArrowType, String)] = [
        (.string, "text"), (.integer, "whole number"), (.number, "number"), (.boolean, "true or false"), (.timestamp, "time"),
    ]

    private func word(_ type: ArrowType) -> String {
        if case .list(let element) = type { return "list of \(word(element))" }
        return Self.words.first { $0.0 == type }?.1 ?? "record"
    }

    @Test("describes every column of the tables in the scheme of the Habermas Machine data set and of the training sets")
    func columns() throws {
        let text = try String(contentsOf: TestStudy.root.appending(path: "docs/data-dictionary.md"), encoding: .utf8)
        let files = ComparisonTable.allCases.map { ($0.rawValue, $0.fields) } + TrainingSets.fields.map { ("\($0.file).jsonl", $0.fields) }
        for (name, fields) in files {
            let table = "| column | type | meaning |\n| --- | --- | --- |\n"
                + fields.map { "| `\($0.name)` | \(word($0.type)) | \($0.description) |\n" }.joined()
            let section = try #require(text.split(separator: "\n## ").first { $0.hasPrefix("\(name)\n") })
            #expect(section.contains(table), "\(name) is to have:\n\(table)")
        }
    }
}
