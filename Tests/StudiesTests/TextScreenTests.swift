import Foundation
import Postgres
import Studies
import TestSupport
import Testing

@Suite struct TextScreenTests {
    /// What is stored of an opinion: kind and marked text, in the order of the text.
    private func marks(_ text: String, _ database: Database) async throws -> [String] {
        let person = try await StudyFixture.arrive(database)
        for _ in 0..<2 { _ = try await StudyFixture.arrive(database) }
        try await StudyFixture.answer(person, text: text, in: database)
        let list = try await Reviews(database: database).list(
            .all, of: try await StudyCatalog(database: database).study(named: "words"), readsAll: true)
        let found = try #require(list.texts.first { $0.participantID == person })
        let scalars = Array(text.unicodeScalars)
        return found.findings.map { finding in
            let part = scalars[finding.start..<(finding.start + finding.length)]
            return "\(finding.kind): \(String(String.UnicodeScalarView(part)))"
        }
    }

    @Test("Personal details are marked where they stand, and ordinary numbers are not")
    func personalDetails() async throws {
        let database = try await StudyFixture.openStudy()
        for (text, expected) in [
            ("Ask me at anna.b@example.org if you like", ["email: anna.b@example.org"]),
            ("anna (at) example.org 🙂 and @anna_b too", ["email: anna (at) example.org", "handle: @anna_b"]),
            ("As I say on www.example.org/me, it is right (see https://a.example/b?c).", ["url: www.example.org/me", "url: https://a.example/b?c"]),
            ("🙂🙂 Call +44 20 7946 0958 and we talk", ["phone: +44 20 7946 0958"]),
            ("رقمي ٠٥٠ ١٢٣ ٤٥٦٧ وهذا رأيي في الأمر", ["phone: ٠٥٠ ١٢٣ ٤٥٦٧"]),
            ("Pay DE89 3704 0044 0532 0130 00 and I agree", ["iban: DE89 3704 0044 0532 0130 00"]),
            ("My card is 4111 1111 1111 1111 by the way", ["card: 4111 1111 1111 1111"]),
            ("I am 5f3e1a2b3c4d5e6f7a8b9c0d on Prolific", ["id: 5f3e1a2b3c4d5e6f7a8b9c0d"]),
            ("We at 12 Baker Street need more buses", ["address: 12 Baker Street"]),
            ("In der Hauptstraße 5 ist es laut", ["address: Hauptstraße 5"]),
            ("My name is Anna and I am for it", ["name: My name is Anna"]),
            ("اسمي خالد وأنا مع هذا الاقتراح", ["name: اسمي خالد"]),
            ("Taxes rose by 20 % in 2025, for 1,000,000 people or 3.000.000 euros, e.g. here.", []),
            ("The years 1990-1995 were bad. And I say so. We spend 12.50 each.", []),
            ("Words of \(UUID().uuidString)", []),
        ] as [(String, [String])] {
            #expect(try await marks(text, database) == expected, "\(text)")
        }
    }

    @Test("Words and turns of hateful texts are marked in three languages, however they are dressed up")
    func hatefulWords() {
        func marks(_ text: String) -> [String] {
            let scalars = Array(text.unicodeScalars)
            return HatefulWords.standard.findings(in: text).map { finding in
                let part = scalars[finding.start..<(finding.start + finding.length)]
                return "\(finding.kind): \(String(String.UnicodeScalarView(part)))"
            }
        }
        for (text, expected) in [
            ("You retarded people", ["slur: retarded"]), ("those ret@rded ones", ["slur: ret@rded"]),
            ("r e t a r d s, all of them", ["slur: r e t a r d s"]), ("I'll kill you for that", ["threat: I'll kill you"]),
            ("🙂 Kill them all, now", ["threat: Kill them all"]),
            ("People like that should all be shot.", ["threat: should all be shot"]),
            ("Immigrants are nothing but vermin", ["hostility: Immigrants are nothing but vermin"]),
            ("They are vermin, those immigrants", ["hostility: vermin, those immigrants"]),
            ("Die Flüchtlinge sind Ungeziefer", ["hostility: Flüchtlinge sind Ungeziefer"]),
            ("Ausländer raus!", ["extremism: Ausländer raus"]),
            ("نرى اللاجئين حَشَرَات هنا", ["hostility: اللاجئين حَشَرَات"]),
            // A group, and something hostile of something else, sentences apart.
            ("Immigrants pay taxes as we do. Rats in the cellar are another matter.", []),
            ("Should refugees be given work at once? Yes, they should, and everybody gains.", []),
            ("Women and men should be paid the same, whatever their religion.", []),
            ("The disease should be treated, and children should be taught about it.", []),
        ] as [(String, [String])] {
            #expect(marks(text) == expected, "\(text)")
        }
        // Chance has put the figures into an identifier.
        #expect(HatefulWords.standard.findings(in: "My id is 3f2a-1488-b2c0.").isEmpty)
        for text in ["Vote-1488", "88-1488-88", "race-1488-be", "2024-1488-2024"] {
            #expect(HatefulWords.standard.findings(in: text).map(\.kind) == ["extremism"], "\(text)")
        }
        #expect(HatefulWords("[slur]\nfoo* bar").findings(in: "FÓOLISH b4r") == [TextFinding(kind: "slur", start: 0, length: 11)])
    }
}
