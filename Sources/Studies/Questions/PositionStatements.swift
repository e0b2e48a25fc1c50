// The two positions that a question has.

import Foundation
import Postgres

/// The affirming and the negating position statement of a question.
struct PositionStatements: Sendable, Equatable {
    let affirming: String
    let negating: String

    /// Those of the questions `keys` of the question set that the participant's study version has.
    static func read(
        _ keys: [String], forVersionOf participantID: UUID, in connection: Connection
    ) async throws -> [String: PositionStatements] {
        guard !keys.isEmpty else { return [:] }
        let rows = try await connection.query(
            """
            SELECT q.key, q.affirming_statement, q.negating_statement
            FROM participants p JOIN study_versions v ON v.id = p.study_version_id
                 JOIN questions q ON q.question_set_version_id = v.question_set_version_id
            WHERE p.id = \(participantID) AND q.key = ANY(\(keys))
            """, as: (String, String, String).self)
        return rows.reduce(into: [:]) { $0[$1.0] = PositionStatements(affirming: $1.1, negating: $1.2) }
    }
}
