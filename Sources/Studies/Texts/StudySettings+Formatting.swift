// The formatting of a study's texts, and what is wrong with it.

extension StudySettings.Texts {
    /// `paragraphs` of this study as pages show them.
    func shown(_ paragraphs: [String]) -> [FormattedText] {
        guard formatted == true else { return paragraphs.map(FormattedText.text) }
        return paragraphs.flatMap { Formatting($0).blocks }
    }
}

extension StudySettings {
    /// All of a study's texts, each paragraph with its place in the file.
    private var paragraphs: [(path: [String], text: String)] {
        var found: [(path: [String], text: String)] = []
        func add(_ texts: [(key: String, paragraphs: [String]?)], at place: [String]) {
            for (key, paragraphs) in texts {
                for (index, text) in (paragraphs ?? []).enumerated() { found.append((place + [key, "\(index + 1)"], text)) }
            }
        }
        add([("consent", texts.consent), ("instructions", texts.instructions), ("debriefing", texts.debriefing)], at: ["texts"])
        for (code, translation) in (translations ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let texts = translation.texts else { continue }
            add(
                [("consent", texts.consent), ("instructions", texts.instructions), ("debriefing", texts.debriefing)],
                at: ["translations", code, "texts"])
        }
        return found
    }

    /// What is wrong with the formatting of texts: the place in the file, and a sentence.
    var formattingConflicts: [(path: [String], sentence: String)] {
        guard texts.formatted == true else { return [] }
        return paragraphs.flatMap { path, text in
            Formatting(text).problems.map { (path, "\(StudyFileProblem.place(path)): \($0)") }
        }
    }

    /// The pictures in the study's texts: the SHA-256 of each, with its place in the file.
    var pictures: [(path: [String], name: String)] {
        guard texts.formatted == true else { return [] }
        return paragraphs.flatMap { path, text in Formatting(text).blocks.flatMap(\.pictures).map { (path, $0) } }
    }
}
