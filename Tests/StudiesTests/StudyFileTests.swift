import Foundation
import Studies
import TestSupport
import Testing

@Suite struct StudyFileTests {
    @Test("The demo study is sound: groups of 3, two rounds, four conditions, one of them leaving a member out")
    func demoStudy() throws {
        let settings = try StudyFile(path: TestStudy.demoFile).settings
        #expect(settings.name == "demo")
        #expect(settings.groups.size == 3)
        #expect(settings.rounds == 2)
        #expect(
            settings.conditions.map(\.name) == ["zero-shot", "few-shot", "zero-shot-exclusion", "human-opinion"])
        #expect(settings.conditions.map(\.exclude) == [0, 0, 1, 0])
    }

    @Test("Every problem of a study file is listed at once")
    func everyProblem() {
        let yaml = TestStudy.yaml(
            rounds: 0, conditions: "- {name: a, source: model, prompt: no-such-prompt}\n  - {name: a, source: human-opinion}")
        let error = #expect(throws: StudyFileError.self) { try StudyFile(yaml: yaml) }
        let text = error?.description ?? ""
        #expect(text.contains("rounds must be 1 to 20"))
        #expect(text.contains("no-such-prompt"))
        #expect(text.contains("listed twice"))
    }

    @Test("A condition that leaves members out needs its full twin")
    func twin() {
        let lone = TestStudy.yaml(conditions: "- {name: x, source: model, prompt: zero-shot, exclude: 1}")
        let error = #expect(throws: StudyFileError.self) { try StudyFile(yaml: lone) }
        #expect(error?.description.contains("twin") == true)
        let paired = TestStudy.yaml(
            conditions: "- {name: x, source: model, prompt: zero-shot, exclude: 1}\n  - {name: y, source: model, prompt: zero-shot}")
        #expect(throws: Never.self) { try StudyFile(yaml: paired) }
    }

    @Test("A misspelt key of a condition is refused, with the keys that are known")
    func unknownKey() {
        let yaml = TestStudy.yaml(conditions: "- {name: x, source: human-opinion, exclud: 1}")
        let error = #expect(throws: StudyFileError.self) { try StudyFile(yaml: yaml) }
        #expect(error?.description.contains("unknown key exclud") == true)
    }

    @Test("A missing setting, broken YAML and a missing file are each said in one sentence")
    func broken() {
        let missing = TestStudy.yaml().replacing("rounds: 1\n", with: "")
        #expect(throws: StudyFileError.malformed("rounds is missing")) { try StudyFile(yaml: missing) }
        #expect(throws: StudyFileError.self) { try StudyFile(yaml: "name: [") }
        #expect(throws: StudyFileError.unreadable(path: "/no/such/file")) { try StudyFile(path: "/no/such/file") }
    }
}
