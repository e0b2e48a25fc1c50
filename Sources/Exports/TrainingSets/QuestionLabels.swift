// The splits of questions, over all versions of a study.

import Foundation
import Postgres
import Studies

/// A question may be for training in one version of a question set and held out in a later one. For training sets it is held
/// out then in all of them: of the splits that the versions a study has used put its wording into, the strictest holds.
struct QuestionLabels: Sendable {
    private let splits: [String: Split]

    /// - Parameter questions: of every version, in any order.
    init(_ questions: [AskedQuestion]) {
        splits = Dictionary(questions.map { ($0.wording, $0.split) }) { Self.strictness[$0] ?? 0 > Self.strictness[$1] ?? 0 ? $0 : $1 }
    }

    /// Reads those of every version of a question set that the study has used.
    static func read(of study: UUID, in session: some PostgresSession) async throws -> QuestionLabels {
        let rows = try await session.query(
            """
            SELECT DISTINCT q.question, q.split
            FROM study_versions v JOIN questions q ON q.question_set_version_id = v.question_set_version_id
            WHERE v.study_id = \(study)
            """, as: (String, String).self)
        return QuestionLabels(rows.compactMap { question, split in
            Split(rawValue: split).map { AskedQuestion(question: question, split: $0) }
        })
    }

    /// The question with the strictest of its splits.
    func strictest(_ question: AskedQuestion) -> AskedQuestion {
        AskedQuestion(question: question.question, split: splits[question.wording] ?? question.split)
    }

    private static let strictness: [Split: Int] = [.train: 0, .validation: 1, .iidTest: 2, .oodTest: 3]
}
