import Foundation
import Postgres
import Studies
import TestSupport
import Testing

@Suite struct FormattedTextTests {
    /// A picture of one point.
    static let png = Data(base64Encoded: "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==") ?? Data()

    private static func yaml(_ consent: String, formatted: Bool = true) throws -> String {
        let text = String(decoding: try JSONEncoder().encode(consent), as: UTF8.self)
        return TestStudy.yaml().replacing("consent: [Consent.]", with: "formatted: \(formatted), consent: [\(text)]")
    }

    /// How the consent page shows `text`, as JSON.
    private func shown(_ text: String, formatted: Bool = true) async throws -> String {
        let database = try await StudyFixture.openStudy(Self.yaml(text, formatted: formatted))
        let entrance = try await Enrolment(database: database).entrance(
            to: "words", from: nil, invitation: nil, key: nil, languages: nil)
        await database.close()
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data = try encoder.encode(entrance.consent)
        #expect(try JSONDecoder().decode([FormattedText].self, from: data) == entrance.consent)
        return String(decoding: data, as: UTF8.self)
    }

    @Test("Signs become elements; what fits no sign stays text; without formatting all of it does") func signs() async throws {
        let text = "# Welcome\nTo **this *fine* study**, see [our page](https://example.org/a?b=1).\n\n- one\n- two\n  more\n1. first\n\n<b onclick=x>2 * 3 * 4 ** 5</b> \\*not\\* _this_"
        #expect(
            try await shown(text)
                == #"[["h2","Welcome"],["p","To ",["strong","this ",["em","fine"]," study"],", see ",["a",{"href":"https://example.org/a?b=1"},"our page"],"."],["ul",["li","one"],["li","two more"]],["ol",["li","first"]],["p","<b onclick=x>2 * 3 * 4 ** 5</b> *not* _this_"]]"#)
        #expect(try await shown("# **plain**", formatted: false) == ##"["# **plain**"]"##)
    }

    @Test("Links go to https and mailto only, pictures are our own and say what they show") func refused() throws {
        func fault(_ text: String) throws -> String? { try StudyFileReview(Self.yaml(text)).faults.first?.sentence }
        for (text, words) in [
            ("[x](javascript:alert)", "must go to an https://"), ("[x](http://example.org)", "must go to an https://"),
            ("[x](/pictures/a)", "must go to an https://"), ("![](/pictures/\(String(repeating: "a", count: 64)))", "must say what it shows"),
            ("![x](https://example.org/x.png)", "uploaded here"), ("![x](/pictures/../x)", "uploaded here"),
        ] {
            #expect(try fault(text)?.contains(words) == true, "\(text)")
            #expect(try fault(text)?.hasPrefix("texts.consent.1: ") == true)
        }
        #expect(try fault("[x](mailto:team@example.org)") == nil)
    }

    @Test("A picture is what is in it, is there once, and a study cannot show one that is not") func pictures() async throws {
        let database = try await StudyFixture.openStudy()
        let pictures = Pictures(database: database)
        let stored = try await pictures.store(Self.png, by: nil)
        #expect(stored.type == "image/png" && stored.width == 1 && stored.height == 1)
        #expect(try await pictures.store(Self.png, by: nil).sha256 == stored.sha256)
        #expect(try await pictures.picture(stored.sha256)?.content == Self.png)
        let huge = Self.png.prefix(16) + Data([0, 0, 0xFF, 0xFF, 0, 0, 0, 1]) + Self.png.dropFirst(24)
        let refused: [Data] = [
            Data(), Data("<svg xmlns='http://www.w3.org/2000/svg'/>".utf8), Data("GIF8".utf8), Data([0xFF, 0xD8, 0xFF, 0xE0]),
            Data("RIFF....WEBPVP9 aaaaaaaaaaaaaaaaaa".utf8), huge, Self.png + Data(count: 2 * 1024 * 1024),
        ]
        for bytes in refused {
            await #expect(throws: StudyError.self, "\(bytes.prefix(12))") { try await pictures.store(bytes, by: nil) }
        }
        let jpeg = Data([0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 1, 0xFF, 0xC0, 0, 11, 8, 0, 20, 0, 30, 1, 1, 0x11, 0])
        let gif = Data("GIF89a".utf8) + Data([30, 0, 20, 0, 0, 0])
        let webp = Data("RIFF....WEBPVP8X".utf8) + Data([10, 0, 0, 0, 0, 0, 0, 0, 29, 0, 0, 19, 0, 0])
        for bytes in [jpeg, gif, webp] {
            let stored = try await pictures.store(bytes, by: nil)
            #expect(stored.width == 30 && stored.height == 20, "\(stored)")
        }
        for name in ["", "x", "../" + stored.sha256, String(repeating: "0", count: 64)] {
            #expect(try await pictures.picture(name) == nil)
        }
        let catalog = StudyCatalog(database: database)
        let absent = try Self.yaml("![x](/pictures/\(String(repeating: "0", count: 64)))").replacing("name: words", with: "name: other")
        let review = try await catalog.review(absent)
        #expect(review.faults.first?.path == ["texts", "consent", "1"])
        await #expect(throws: StudyError.self) { try await catalog.create(StudyFile(yaml: absent)) }
        let there = try Self.yaml("![x](\(stored.address))").replacing("name: words", with: "name: other")
        #expect(try await catalog.review(there).faults.isEmpty)
        try await catalog.create(StudyFile(yaml: there))
        await database.close()
    }
}
