// What an opinion is flagged for. Pure.

import Consensus

/// The flags of one opinion, each with what was measured.
struct OpinionQuality: Sendable, Equatable {
    let flags: [QualityFlag: Double]

    /// - Parameters:
    ///   - text: the opinion.
    ///   - pasted: how many of its characters the page says were pasted in.
    ///   - question: what the member was shown: the question and the position statements.
    ///   - seconds: since the stance; nil for simulated people, whose speed says nothing.
    init(of text: String, pasted: Int, question: [String], seconds: Double?, _ settings: QualitySettings) {
        var flags: [QualityFlag: Double] = [:]
        let share = min(1, Double(pasted) / Double(max(1, text.unicodeScalars.count)))
        if pasted >= QualitySettings.pastedCharacters { flags[.pasted] = share }
        let repeated = question.map { Quotation.share(of: text, from: $0, runsOf: QualitySettings.repeatedWords) }.max() ?? 0
        if repeated >= QualitySettings.share { flags[.copiedQuestion] = repeated }
        if let seconds, seconds < settings.slowestFastOpinion { flags[.tooFastOpinion] = seconds }
        self.flags = flags
    }

    /// - Throws: ``StudyError/refused(for:)`` when the study does not take an opinion with one of these flags.
    func check(_ settings: QualitySettings) throws(StudyError) {
        if let flag = settings.block?.first(where: { flags[$0] != nil }) { throw .refused(for: flag) }
    }
}
