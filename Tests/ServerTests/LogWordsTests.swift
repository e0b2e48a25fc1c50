import Foundation
import Studies
import TestSupport
import Testing

/// Reads the sources as text: whoever has something logged under a new name has to say what the page Log calls it.
@Suite struct LogWordsTests {
    /// The first argument of every call that adds a line to the log, as it is written, by the file that it is in.
    private func recorded() throws -> [(file: String, action: String)] {
        var found: [(file: String, action: String)] = []
        for (file, text) in try sources("Sources") {
            for match in text.matches(of: /record(?:Once)?\(\s*((?:\\\([^)]*\)|[^,()])+?),\s*(?:by|study|in):/) {
                found.append((file: file, action: String(match.1)))
            }
            for match in text.matches(of: /logged: ("[^"]*")/) { found.append((file: file, action: String(match.1))) }
        }
        return found
    }

    private func sources(_ folder: String) throws -> [(file: String, text: String)] {
        let root = TestStudy.root.appending(path: folder)
        let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL } ?? []
        return try files.filter { $0.pathExtension == "swift" }.map {
            (file: $0.lastPathComponent, text: try String(contentsOf: $0, encoding: .utf8))
        }
    }

    /// What is not written as a name, and the names that it stands for.
    private func indirect() throws -> [String: [String]] {
        let verbs = try sources("Sources/Studies/Questions").flatMap { _, text in
            text.matches(of: /\.init\(\s*"([a-z-]+)",/).map { "questions.\($0.1)" }
        }
        let interventions = try sources("Sources/Studies/Watching").filter { $0.file == "Intervention.swift" }.flatMap { _, text in
            text.matches(of: /case \.\w+: "([a-z]+\.[a-z-]+)"/).map { String($0.1) }
        }
        #expect(verbs.count > 10 && interventions.count > 9)
        return [
            "action": [],  // handed on: whoever calls has the name
            "kind": [ModelTrainingJob.kind, ModelEvaluationJob.kind], "ModelEvaluationJob.kind": [ModelEvaluationJob.kind],
            "intervention.action": interventions, #""questions.\(deed.verb)""#: verbs,
            #""study.\(verb)""#: ["study.open", "study.pause", "study.close", "study.draft"],
            #""text.\(decision.rawValue)""#: ReviewedText.Decision.allCases.map { "text.\($0.rawValue)" },
        ]
    }

    @Test("Every action that is logged has words on the page Log") func words() throws {
        let page = try String(contentsOf: TestStudy.root.appending(path: "Public/assets/admin/log-words.js"), encoding: .utf8)
        let known = Set(page.matches(of: /"([a-z]+\.[a-z-]+)": "/).map { String($0.1) })
        let indirect = try indirect(), recorded = try recorded()
        #expect(recorded.count > 50)
        for (file, action) in recorded {
            let names = indirect[action] ?? action.matches(of: /"([a-z]+\.[a-z-]+)"/).map { String($0.1) }
            #expect(!names.isEmpty || indirect[action] != nil, "\(file): say in this test which names \(action) stands for")
            for name in names { #expect(known.contains(name), "\(file): log-words.js has no words for \(name)") }
        }
    }
}
