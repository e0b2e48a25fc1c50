// A study in the language of one participant.

extension StudySettings {
    /// The language that the study file is written in.
    public var ownLanguage: Language { language ?? .english }

    /// The languages that participants may choose from; the study's own is first.
    public var languages: [Language] {
        [ownLanguage] + Language.allCases.filter { $0 != ownLanguage && translations?[$0.rawValue] != nil }
    }

    func translation(to language: Language) -> Translation? {
        language == ownLanguage ? nil : translations?[language.rawValue]
    }

    /// The same study with the texts that participants read in `language`. Options of questions stay as they are: they are
    /// what answers are kept as.
    public func translated(to language: Language) -> StudySettings {
        guard let translation = translation(to: language) else { return self }
        var copy = self
        copy.title = translation.title ?? title
        copy.payment?.text = translation.payment ?? payment?.text
        copy.texts.consent = translation.texts?.consent ?? texts.consent
        copy.texts.instructions = translation.texts?.instructions ?? texts.instructions
        copy.texts.debriefing = translation.texts?.debriefing ?? texts.debriefing
        func translate(_ questions: [SurveyQuestion]?) -> [SurveyQuestion]? {
            questions?.map { question in
                guard let words = translation.question(question.key) else { return question }
                var question = question
                question.text = words.text ?? question.text
                question.low = words.low ?? question.low
                question.high = words.high ?? question.high
                return question
            }
        }
        copy.surveys?.entry = translate(surveys?.entry)
        copy.surveys?.round = translate(surveys?.round)
        copy.surveys?.exit = translate(surveys?.exit)
        if let comprehension {
            copy.comprehension?.questions = comprehension.questions.map { question in
                guard let words = translation.question(question.key) else { return question }
                var question = question
                question.text = words.text ?? question.text
                question.hint = words.hint ?? question.hint
                return question
            }
        }
        return copy
    }

    /// What in the translations does not fit the study: the place in the file, and a sentence.
    var translationConflicts: [(path: [String], sentence: String)] {
        var found: [(path: [String], sentence: String)] = []
        let surveyed = Surveys.Kind.allCases.flatMap { surveys?.questions($0) ?? [] }
        for (code, translation) in (translations ?? [:]).sorted(by: { $0.key < $1.key }) {
            if code == ownLanguage.rawValue {
                found.append((["translations", code], "translations.\(code): the study itself is in this language"))
            }
            for (index, words) in (translation.questions ?? []).enumerated() {
                let options = surveyed.filter { $0.key == words.key }.map { $0.options ?? [] }
                    + (comprehension?.questions ?? []).filter { $0.key == words.key }.map(\.options)
                let path = ["translations", code, "questions", "\(index + 1)"]
                if options.isEmpty {
                    found.append((path, "translations.\(code): there is no question \(words.key)"))
                } else if let translated = words.options, options.contains(where: { $0.count != translated.count }) {
                    found.append((path, "translations.\(code): question \(words.key) has another number of options"))
                }
            }
        }
        return found
    }
}
