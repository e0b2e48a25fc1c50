import Foundation
import Studies
import TestSupport
import Testing

@Suite struct StudyFileEditorTests {
    private static func demo() throws -> String { try String(contentsOf: URL(filePath: TestStudy.demoFile), encoding: .utf8) }

    /// The text after one change, and the comments that went.
    private static func set(
        _ path: String, to value: StudyFileValue?, in text: String
    ) throws -> (text: String, lost: [String]) {
        var editor = StudyFileEditor(text)
        try editor.set(path.split(separator: ".").map(String.init), to: value)
        return (editor.text, editor.lostComments)
    }

    /// The lines that one text has and the other does not.
    private static func changed(_ before: String, _ after: String) -> (gone: [String], new: [String]) {
        let difference = after.split(separator: "\n", omittingEmptySubsequences: false)
            .difference(from: before.split(separator: "\n", omittingEmptySubsequences: false))
        var gone: [String] = [], new: [String] = []
        for change in difference {
            switch change {
            case .insert(_, let line, _): new.append(String(line))
            case .remove(_, let line, _): gone.append(String(line))
            }
        }
        return (gone, new)
    }

    @Test("A value on a line of its own is changed there, and the comment behind it stays") func ownLine() throws {
        let before = try Self.demo()
        let (after, lost) = try Self.set("time_limits.opinions_minutes", to: .integer(15), in: before)
        let lines = Self.changed(before, after)
        #expect(lines.gone.count == 1 && lines.new.count == 1 && lost.isEmpty)
        #expect(lines.new[0].hasPrefix("  opinions_minutes: 15 ") && lines.new[0].contains("# from seeing the question"))
        #expect(try StudyFile(yaml: after).settings.timeLimits.opinionsMinutes == 15)
    }

    @Test("A value within brackets changes its line only") func withinBrackets() throws {
        let before = try Self.demo()
        let (after, lost) = try Self.set("groups.size", to: .list([.integer(4), .integer(5)]), in: before)
        let lines = Self.changed(before, after)
        #expect(lines.gone == ["groups: {size: 3, minimum: 3}"] && lost.isEmpty)
        #expect(lines.new == ["groups: {size: [4, 5], minimum: 3}"])
    }

    @Test("A key that is new stands where the shape has it; one that goes takes its line along") func newKey() throws {
        let before = try Self.demo()
        let (after, lost) = try Self.set("opinion_ratings", to: .flag(true), in: before)
        #expect(Self.changed(before, after).new == ["opinion_ratings: true"] && lost.isEmpty)
        let (back, _) = try Self.set("opinion_ratings", to: nil, in: after)
        #expect(back == before)
        let (nested, _) = try Self.set("payment.currency", to: .text("EUR"), in: before)
        #expect(StudyFileReview(nested).content?.value(at: ["payment", "currency"]) == .text("EUR"))
    }

    @Test("What is written anew says which comments went with it; nothing else goes") func lostComments() throws {
        let text = TestStudy.yaml().replacing(
            "groups: {size: 3, minimum: 3}", with: "groups:   # who\n  # of three\n  size: 3\n  minimum: 3   # three")
        let (kept, none) = try Self.set("groups.minimum", to: .integer(4), in: text)
        #expect(none.isEmpty && kept.contains("  minimum: 4   # three") && kept.contains("# of three"))
        let record = StudyFileValue.record(["size": .integer(4), "minimum": .integer(3)])
        let (after, lost) = try Self.set("groups", to: record, in: text)
        #expect(Set(lost) == ["# who", "# of three", "# three"])
        #expect(try StudyFile(yaml: after).settings.groups.sizes == [4])
        // A sign that begins no comment is none.
        let heading = text.replacing("[Consent.]", with: "[\"# Consent.\"]")
        let (_, signs) = try Self.set("texts", to: .record(["consent": .list([.text("x")])]), in: heading)
        #expect(signs.isEmpty)
    }

    @Test("Whatever is written is read again as the same, however odd the text")
    func roundTrip() throws {
        let odd = [
            "yes", "12", "1e3", "", " begins with a space", "ends with one ", "a: b", "# no comment", "- no entry", "{no record}",
            "“quoted” \"twice\" 'once'", "back\\slash", "two\nlines", "a\n\nblank one\n  indented", "tab\there", "null", "~", "é, ü, 日本語, עברית",
            String(repeating: "A long sentence of many words. ", count: 12) + "The end.", "double  spaces here", "\u{85}\u{2028}", "ends: ", "!tag",
            "| pipe", "> fold", "@at", "`tick", "%percent", "&anchor", "*alias", "2024-01-31", "0x1F", ".5", "trailing colon:",
        ]
        for text in odd {
            let (after, _) = try Self.set("title", to: .text(text), in: TestStudy.yaml())
            #expect(StudyFileReview(after).content?.value(at: ["title"]) == .text(text), "\(text.debugDescription) in \(after.prefix(200))")
            let list = StudyFileValue.list([.text(text), .text("x")])
            let (listed, _) = try Self.set("texts.consent", to: list, in: TestStudy.yaml())
            #expect(StudyFileReview(listed).content?.value(at: ["texts", "consent"]) == list, "\(text.debugDescription) in \(listed)")
        }
    }

    @Test("Every value of the demo study can be written anew and is then the same") func everyValue() throws {
        let text = try Self.demo()
        let content = try #require(StudyFileReview(text).content)
        func paths(_ value: StudyFileValue, _ path: [String]) -> [[String]] {
            switch value {
            case .record(let fields): fields.flatMap { paths($1, path + [$0]) } + [path]
            case .list(let entries): entries.enumerated().flatMap { paths($1, path + ["\($0 + 1)"]) } + [path]
            default: [path]
            }
        }
        for path in paths(content, []) where !path.isEmpty {
            let value = try #require(content.value(at: path))
            // Another value, so that it is written; then the first again.
            var editor = StudyFileEditor(text)
            try editor.set(path, to: .text("something else"))
            #expect(editor.text != text)
            try editor.set(path, to: value)
            #expect(StudyFileReview(editor.text).content == content, "\(path)")
        }
    }

    @Test("A text that cannot be read is not changed, and what is wrong is said with its line") func unreadable() throws {
        for text in ["name: [", "a: b: c", "name: x\nname: y"] {
            #expect(throws: StudyFileError.self) { try Self.set("title", to: .text("x"), in: text) }
            let review = StudyFileReview(text)
            #expect(review.content == nil && review.faults.count == 1 && review.faults[0].line != nil, "\(review.faults)")
        }
        #expect(StudyFileReview("").faults.map(\.sentence) == ["the file cannot be read: it is empty"])
        // Files that would take all memory are refused.
        #expect(StudyFileReview(String(repeating: "[", count: 100_000)).faults.count == 1)
        #expect(StudyFileReview(String(repeating: "x", count: StudyFileReview.maximumBytes + 1)).faults.count == 1)
    }

    @Test("A place that no list has changes nothing, whatever its number") func noPlace() throws {
        let before = try Self.demo()
        let content = try #require(StudyFileReview(before).content)
        for step in ["-9223372036854775808", "9223372036854775807", "99999999999999999999", "-1", "0", "99", "x", ""] {
            #expect(content.value(at: ["conditions", step]) == nil, "\(step)")
            for path in [["conditions", step], ["conditions", step, "name"], ["texts", "consent", step]] {
                var editor = StudyFileEditor(before)
                try editor.set(path, to: .text("x"))
                #expect(editor.text == before && editor.lostComments.isEmpty, "\(path)")
                try editor.set(path, to: nil)
                #expect(editor.text == before, "\(path)")
            }
        }
    }

    @Test("Line breaks that are some only for YAML are refused at their line; those of Windows are not") func unseenBreaks() throws {
        for (sign, code) in [("\r", "U+000D"), ("\u{85}", "U+0085"), ("\u{2028}", "U+2028"), ("\u{2029}", "U+2029")] {
            for text in ["name: x\ntitle: a\(sign)b\n", "a: 1\nx: 1\(sign)y:\(sign)  z: 1\n", "name: x\ntitle: y\(sign)"] {
                let faults = StudyFileReview(text).faults
                #expect(faults.map(\.line) == [2] && faults.first?.sentence.contains("(\(code))") == true, "\(faults)")
                #expect(throws: StudyFileError.problems(faults)) { try StudyFile(yaml: text) }
                for path in ["title", "y.z", "y"] {
                    #expect(throws: StudyFileError.problems(faults)) { try Self.set(path, to: .text("x"), in: text) }
                }
            }
        }
        let windows = TestStudy.yaml().replacing("\n", with: "\r\n")
        #expect(StudyFileReview(windows).faults.isEmpty)
        #expect(try Self.set("minutes", to: .integer(6), in: windows).text == TestStudy.yaml().replacing("minutes: 5\n", with: "minutes: 6\n"))
    }

    @Test("References, and keys that are more than a word, are refused at their line before anything is made of them", .timeLimit(.minutes(1)))
    func references() throws {
        var bomb = "k0: &k0 [x,x,x,x,x,x,x,x,x,x]\n"
        for number in 1...11 {
            let references = Array(repeating: "*k\(number - 1)", count: 10).joined(separator: ",")
            bomb += "k\(number): &k\(number) [\(references)]\n"
        }
        let cases: [(text: String, line: Int, sign: String)] = [
            (bomb, 1, "&"), (bomb + "? *k11\n: 1\n", 1, "&"), ("a: 1\nb: *a\n", 2, "*"), ("a: {b: &c d}\n", 1, "&"),
            ("a: 1\nb: !!str &b c\n", 2, "&"), ("a:\n  - *Please* read on\n", 2, "*"), ("a: 1\n*b*: 2\n", 2, "*"), ("[&a, b]: c", 1, "&"),
            ("? a\n: 1\n", 1, "?"), ("a: 1\n? [a, b]\n: 1\n", 2, "?"), ("a: {? b}\n", 1, "?"), ("a:\n  - ?b\n", 2, "?"),
        ]
        for (text, line, sign) in cases {
            let review = StudyFileReview(text)
            #expect(review.content == nil && review.faults.map(\.line) == [line], "\(text.prefix(80)): \(review.faults)")
            #expect(review.faults.first?.sentence.hasPrefix("“\(sign)” ") == true, "\(review.faults)")
            #expect(review.faults.first?.sentence.contains("into quotation marks") == true, "\(review.faults)")
            #expect(throws: StudyFileError.problems(review.faults)) { try StudyFile(yaml: text) }
            #expect(throws: StudyFileError.problems(review.faults)) { try Self.set("title", to: .text("x"), in: text) }
        }
        // A key within a key within a key …, each of them all that is in it.
        let nested = String(repeating: "{", count: 900) + "[" + Array(repeating: "x", count: 20_000).joined(separator: ",") + "]"
            + String(repeating: "}", count: 900)
        #expect(StudyFileReview(nested).faults.map { $0.sentence.contains("too much") } == [true])
        #expect(throws: StudyFileError.malformed("there is too much in it")) { try StudyFile(yaml: nested) }
        let long = String(repeating: "#", count: StudyFileReview.maximumBytes + 1)
        #expect(throws: StudyFileError.malformed("it is longer than 512 KB")) { try StudyFile(yaml: long) }
        // A bracket that is missing is said to be missing, whichever it is.
        #expect(StudyFileReview("name: {a: 1\nb: 2").faults.first?.sentence.contains("']' or '}'") == true)
    }

    @Test("Signs that could begin a reference or a key are ordinary ones within texts and comments") func ordinarySigns() throws {
        let title = "R&D & the *emphasis* of a & b? Yes {so} ?"
        let text = TestStudy.yaml().replacing("title: Words", with: "title: \(title)")
            .replacing("[Consent.]", with: "[\"*Please* read &c.\", '&so? {x}', What? R&D *so* &c, \"? {a: &b *c}\"]")
            + "\ncontact: |-   # &not *one* ?\n  *Stars* & &co\n  ? {so}\n# & *comment* ? {\n"
        let review = StudyFileReview(text)
        #expect(review.faults.isEmpty, "\(review.faults)")
        #expect(review.content?.value(at: ["title"]) == .text(title))
        #expect(
            review.content?.value(at: ["texts", "consent"])
                == .list([.text("*Please* read &c."), .text("&so? {x}"), .text("What? R&D *so* &c"), .text("? {a: &b *c}")]))
        #expect(review.content?.value(at: ["contact"]) == .text("*Stars* & &co\n? {so}"))
        #expect(try Self.set("minutes", to: .integer(6), in: text).text == text.replacing("minutes: 5\n", with: "minutes: 6\n"))
    }

    @Test("However many signs a line has, and lines a file, its comments are found at once", .timeLimit(.minutes(1)))
    func manySigns() throws {
        let signs = String(repeating: " #", count: 20_000)
        let line = TestStudy.yaml().replacing("title: Words", with: "title: \"\(signs)\"   # the last")
        let (after, none) = try Self.set("title", to: .text("Words"), in: line)
        #expect(after == TestStudy.yaml().replacing("title: Words", with: "title: Words   # the last") && none.isEmpty)
        // Written anew as a whole.
        let lines = String(repeating: "# a comment # of one line\n", count: 10_000) + "{name: \"a # b\", title: c} # behind\n"
        let (whole, lost) = try Self.set("title", to: .text("d"), in: lines)
        #expect(whole == "name: \"a # b\"\ntitle: d\n")
        #expect(lost.count == 10_001 && lost.first == "# a comment # of one line" && lost.last == "# behind")
    }

    @Test("A change that no file can hold is refused") func tooMuch() throws {
        var editor = StudyFileEditor(TestStudy.yaml())
        let much = StudyFileError.malformed("there is too much in it")
        #expect(throws: much) { try editor.set(Array(repeating: "a", count: 100_000), to: .text("x")) }
        var deep = StudyFileValue.text("x")
        for _ in 0..<200 { deep = .list([deep]) }
        #expect(throws: much) { try editor.set(["title"], to: deep) }
        #expect(throws: much) { try editor.set(["title"], to: .list(Array(repeating: .integer(1), count: 30_000))) }
        #expect(editor.text == TestStudy.yaml() && editor.lostComments.isEmpty)
    }

    @Test("A review has every fault with its line and its place, and warnings once there are none") func review() throws {
        let text = TestStudy.yaml().replacing("minutes: 5\n", with: "minutes: 0\n").replacing("minimum: 3", with: "minimum: 4")
        let review = StudyFileReview(text)
        #expect(review.faults.map(\.path) == [["minutes"], ["groups", "minimum"]])
        #expect(review.faults.map(\.line) == [3, 6])
        #expect(review.content?.value(at: ["minutes"]) == .integer(0))
        let exclusion = TestStudy.yaml(conditions: "- {name: a, source: model, prompt: zero-shot}\n  - {name: b, source: model, prompt: zero-shot, exclude: 1}")
        #expect(StudyFileReview(exclusion).warnings.count == 1)
    }

    @Test("What changed between two versions is said in words") func differences() throws {
        let before = try Self.demo()
        var editor = StudyFileEditor(before)
        try editor.set(["time_limits", "opinions_minutes"], to: .integer(15))
        try editor.set(["opinion_ratings"], to: .flag(true))
        try editor.set(["conditions", "2", "candidates"], to: .integer(8))
        #expect(
            StudyFileDifference.between(before, editor.text) == [
                .init(title: "Time limits › Opinions", before: "20", after: "15"),
                .init(title: "Rate each other's opinions", before: nil, after: "yes"),
                .init(title: "Conditions › “few-shot” › Drafts", before: "4", after: "8"),
            ])
        #expect(StudyFileDifference.between(before, before).isEmpty)
        #expect(StudyFileDifference.between(before, before.replacing("# What participants see", with: "# What people see")).isEmpty)
    }

    @Test("A new study is sound but for what it is about, and changes nothing when it is written by the form") func newStudy() throws {
        let review = StudyFileReview(NewStudy.file(over: "examples"))
        #expect(review.faults.isEmpty && review.warnings.isEmpty, "\(review.faults)")
    }
}
