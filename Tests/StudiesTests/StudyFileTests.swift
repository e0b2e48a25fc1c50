import Foundation
import Studies
import TestSupport
import Testing

@Suite struct StudyFileTests {
    @Test("The demo study is sound: groups of 3, two rounds, four conditions, one of them leaving a member out")
    func demoStudy() throws {
        let settings = try StudyFile(path: TestStudy.demoFile).settings
        #expect(settings.name == "demo")
        #expect(settings.groups.sizes == [3])
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

    @Test("Problems of the keys, the values and what does not go together come in one list, each with its line")
    func byLine() {
        let yaml = """
            name: Bad Name
            titel: Words
            minutes: soon
            questions: {set: examples, split: trian}
            rounds: 1
            groups:
              size: 3
              minimum: 4
            opinion: {minimum_words: 3, maximum_characters: 500}
            time_limits: {lobby_minutes: 10, opinions_minutes: 10, drafting_minutes: 10, ratings_minutes: 0}
            conditions:
              - {name: a, source: human-opinion}
              - {name: b, source: model, prompt: zero-shot, exclude: 1.5}
            texts: {consent: [], instructions: [Instructions.], debriefing: [Debriefing.]}
            """
        let error = #expect(throws: StudyFileError.self) { try StudyFile(yaml: yaml) }
        guard case .problems(let problems)? = error else { return #expect(Bool(false), "no list of problems") }
        #expect(problems.map { $0.line ?? 0 } == problems.map { $0.line ?? 0 }.sorted())
        let lines = problems.map(\.description)
        for (line, words) in [
            (1, "name must be"), (1, "title is missing"), (1, "completion is missing"), (2, "unknown key titel"),
            (3, "minutes must be 1 to 600"), (4, "questions.split must be one of train"), (10, "ratings_minutes must be"),
            (13, "conditions.2.exclude must be 0, 1, 2 or a share"), (14, "texts.consent must list 1 to 50"),
        ] {
            #expect(lines.contains { $0.hasPrefix("line \(line): ") && $0.contains(words) }, "\(words) in \(lines)")
        }

        // What does not go together is said once the values can be read at all, with its line too.
        let readable = TestStudy.yaml().replacing("minimum: 3", with: "minimum: 4").replacing("minutes: 5\n", with: "minutes: 0\n")
        let both = #expect(throws: StudyFileError.self) { try StudyFile(yaml: readable) }
        #expect(both?.description.contains("line 3: minutes must be 1 to 600") == true)
        #expect(both?.description.contains("line 6: groups.minimum must be 3 up to groups.size") == true)
    }

    @Test("What does not go together in one condition is refused with its reason")
    func conditionConflicts() throws {
        func problem(_ condition: String) -> String {
            let error = #expect(throws: StudyFileError.self) {
                try StudyFile(yaml: TestStudy.yaml(conditions: "- {name: a, \(condition)}"))
            }
            return error?.description ?? ""
        }
        for (condition, words) in [
            ("source: model", "prompt is missing"),
            ("source: model, prompt: zero-shot, select: actual-welfare, alpha: 1", "one of first, random, welfare"),
            ("source: model, prompt: zero-shot, select: welfare", "alpha is missing"),
            ("source: model, prompt: zero-shot, alpha: 1", "selections by welfare only"),
            ("source: model, prompt: zero-shot, select: welfare, alpha: -1", "alpha must be 0 or above, or inf"),
            ("source: model, prompt: zero-shot, select: welfare, alpha: [1, x]", "alpha.2 must be 0 or above, or inf"),
            ("source: model, prompt: zero-shot, candidates: 2, statements: 3", "1 to 2, its number of candidates"),
            ("source: model, prompt: zero-shot, select: schulze", "needs a preference model"),
            ("source: human-opinion, select: predicted-welfare, alpha: 0", "needs a preference model"),
            ("source: model, prompt: zero-shot, model: large", "such as agreement@1"),
            ("source: human-opinion, select: first", "one of random, predicted-welfare, actual-welfare"),
            ("source: human-opinion, statements: 4", "1 to 3, the least number of members"),
            ("source: human-opinion, model: x@1", "model applies to source model only"),
            ("source: human-opinion, exclude: 1", "exclude applies to source model only"),
            ("source: position-statement, statements: 3", "1 to 2, the question's two position statements"),
        ] {
            #expect(problem(condition).contains(words), "\(condition)")
        }
    }

    @Test("A share of the members can be left out; what is neither a number of members nor a share is refused")
    func share() throws {
        func file(_ exclude: String) throws -> StudyFile {
            try StudyFile(
                yaml: TestStudy.yaml(
                    conditions: """
                        - {name: full, source: model, prompt: zero-shot}
                          - {name: gap, source: model, prompt: zero-shot, exclude: \(exclude)}
                        """))
        }
        #expect(try file("0.3").settings.conditions[1].exclude == .share(0.3))
        #expect(try file("1").settings.conditions[1].exclude == .members(1))
        for refused in ["2", "0.9", "3", "-1", "x"] { #expect(throws: StudyFileError.self) { try file(refused) } }
    }

    @Test("Arms and conditions per round are checked against the conditions there are")
    func arms() throws {
        let pair = """
            - {name: full, source: model, prompt: zero-shot}
              - {name: gap, source: model, prompt: zero-shot, exclude: 1}
              - {name: own, source: human-opinion}
            """
        func problems(_ more: String) -> String {
            do {
                _ = try StudyFile(yaml: TestStudy.yaml(conditions: pair) + "\n" + more)
                return ""
            } catch {
                return "\(error)"
            }
        }
        #expect(problems("arms: [{name: a, groups: 2, conditions: [full, gap]}, {name: b, groups: 1}]") == "")
        #expect(problems("arms: [{name: a, groups: 2, conditions: [gap]}, {name: b, groups: 1}]").contains("not its twin"))
        #expect(problems("arms: [{name: a, groups: 2, conditions: [none]}, {name: a, groups: 1}]").contains("no condition named none"))
        #expect(problems("arms: [{name: a, groups: 2}, {name: a, groups: 1}]").contains("arm a is listed twice"))
        #expect(problems("arms: [{name: a, groups: 2}]").contains("arms must list 2 to 16 entries"))
        #expect(problems("conditions_per_round: 2") == "")
        #expect(problems("conditions_per_round: 3").contains("only 2 to draw from"))
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
        let gap = #expect(throws: StudyFileError.self) { try StudyFile(yaml: missing) }
        #expect(gap?.description == "the study file has a problem:\n  line 1: rounds is missing")
        #expect(throws: StudyFileError.malformed("it is empty")) { try StudyFile(yaml: "") }
        #expect(throws: StudyFileError.self) { try StudyFile(yaml: TestStudy.yaml() + "\nname: again") }
        #expect(throws: StudyFileError.self) { try StudyFile(yaml: "name: [") }
        #expect(throws: StudyFileError.unreadable(path: "/no/such/file")) { try StudyFile(path: "/no/such/file") }
    }

    @Test("A study that leaves people out is warned about when its debriefing does not say so; excluded studies need platform ids; names of checks are reserved")
    func saysWhatItDoes() throws {
        let pair = "- {name: full, source: model, prompt: zero-shot}\n  - {name: gap, source: model, prompt: zero-shot, exclude: 1}"
        func warnings(_ debriefing: String) throws -> [String] {
            try StudyFile(
                yaml: TestStudy.yaml(conditions: pair).replacing("debriefing: [Debriefing.]", with: "debriefing: [\(debriefing)]")
            ).settings.warnings
        }
        #expect(try warnings("Thank you.").first?.contains("no paragraph of texts.debriefing seems to say so") == true)
        #expect(try warnings("Some statements were written without some opinions.") == [])
        #expect(try warnings("Some members were left out.") == [])
        #expect(try StudyFile(path: TestStudy.demoFile).settings.warnings == [])
        func problem(_ yaml: String) -> String {
            let error = #expect(throws: StudyFileError.self) { try StudyFile(yaml: yaml) }
            return error?.description ?? ""
        }
        for source in ["open", "invitation"] {
            #expect(
                problem(TestStudy.yaml() + "\nrecruitment: {source: \(source), excluded_studies: [pilot]}")
                    .contains("it needs source: platform"))
        }
        #expect(
            problem(TestStudy.yaml(conditions: "- {name: attention-check-1, source: human-opinion}"))
                .contains("those of attention checks"))
    }
}
