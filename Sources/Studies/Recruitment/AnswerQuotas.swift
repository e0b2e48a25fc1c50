// Quotas of people by what they answered, or by what is known of them.

import Foundation
import Postgres

/// Counts the people of a study that quotas speak of. The caller holds the study's row, so that nobody comes between the
/// count and what follows from it.
enum AnswerQuotas {
    /// Whether a quota is filled that somebody with `profile` would count towards.
    /// - Parameter participantID: the person, if they are in the study already: others take places from them, they do
    ///   not.
    static func isFilled(
        for profile: Profile, of participantID: UUID? = nil, in studyID: UUID, _ settings: StudySettings,
        _ connection: Connection
    ) async throws -> Bool {
        let quotas = (settings.quotas?.answers ?? []).filter { $0.criterion.holds(for: profile) }
        guard !quotas.isEmpty else { return false }
        let others = try await connection.query(
            """
            SELECT entry.answers, p.attributes
            FROM participants p
              LEFT JOIN survey_responses entry ON entry.participant_id = p.id AND entry.survey = 'entry'
            WHERE p.study_id = \(studyID) AND NOT p.synthetic AND p.id IS DISTINCT FROM \(participantID)::uuid
              AND (p.end_reason IS NULL OR p.end_reason = 'group-ended')
            """, as: (JSONB<[String: SurveyAnswer]>?, JSONB<[String: String]>?).self
        ).map { Profile(answers: $0?.value ?? [:], attributes: $1?.value ?? [:]) }
        return quotas.contains { quota in others.count { quota.criterion.holds(for: $0) } >= quota.participants }
    }
}
