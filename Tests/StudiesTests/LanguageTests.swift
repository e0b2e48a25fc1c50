import Foundation
import Studies
import TestSupport
import Testing

@Suite struct LanguageTests {
    private static let translations = """

        language: en
        contact: team@example.org
        surveys:
          entry:
            - {key: votes, kind: choice, text: Do you vote?, options: [Always, Never]}
        translations:
          de:
            title: Wörter
            texts: {instructions: [Anleitung.]}
            questions:
              - {key: votes, text: Wählen Sie?, options: [Immer, Nie]}
        """

    @Test(
        "A browser's favourite language is the one offered that it wants most",
        arguments: [
            (nil, "en"), ("de-AT,de;q=0.9,en;q=0.8", "de"), ("fr,en;q=0.5,de;q=0.7", "de"), ("ar", "en"), ("*", "en"),
            ("de;q=0", "en"), ("EN-us", "en"), (";;,,", "en"),
        ] as [(String?, String)])
    func preferred(_ header: String?, _ wanted: String) {
        #expect(Language.preferred(header, among: [.english, .german])?.rawValue == wanted)
    }

    @Test("Somebody reads the study in their language, and what is not translated in the study's; answers stay the study's")
    func translated() async throws {
        let database = try await StudyFixture.openStudy(TestStudy.yaml() + Self.translations)
        let enrolment = Enrolment(database: database), reader = ParticipationReader(database: database)
        let secret = try await enrolment.join("words", synthetic: false, language: .german).secret
        let person = try await Sessions(database: database).participant(with: secret).id
        var state = try await reader.state(of: person)
        #expect(state.study.title == "Wörter" && state.study.language == .german && state.study.languages == [.english, .german])
        #expect(state.study.contact == "team@example.org")
        #expect(state.instructions == ["Anleitung."])
        let question = try #require(state.survey?.questions.first)
        #expect(question.text == "Wählen Sie?" && question.options == ["Always", "Never"] && question.labels == ["Immer", "Nie"])
        try await enrolment.choose(.english, for: person)
        state = try await reader.state(of: person)
        #expect(state.study.title == "Words" && state.survey?.questions.first?.labels == nil)
        await #expect(throws: StudyError.unknownLanguage) { try await enrolment.choose(.arabic, for: person) }
        try await SurveyResponses(database: database).give(person, .entry, round: nil, answers: ["votes": .text("Never")])
        #expect(try await reader.state(of: person).step == .instructions)
        #expect(try await StudyFixture.dump(database)["participants"]?.first?["language"] == "en")
        await database.close()
    }

    @Test("Translations that do not fit the study are refused, each with its place")
    func conflicts() {
        let wrong = TestStudy.yaml() + """

            translations:
              en: {title: Words}
              de:
                questions:
                  - {key: votes, text: Wählen Sie?}
            """
        #expect(throws: StudyFileError.self) { try StudyFile(yaml: wrong) }
        do {
            _ = try StudyFile(yaml: wrong)
        } catch {
            #expect("\(error)".contains("the study itself is in this language"))
            #expect("\(error)".contains("there is no question votes"))
        }
        #expect(throws: StudyFileError.self) {
            try StudyFile(yaml: TestStudy.yaml().replacing("ratings_minutes: 10}", with: "ratings_minutes: 10, extensions: 2}"))
        }
    }
}
