// What servers could not do for a study, kept where its admins see it.

import Foundation
import Logging
import Postgres

/// The warnings of a database.
struct StudyWarnings: Sendable {
    /// How many characters of a warning are kept.
    static let longest = 500

    let database: Database

    /// Keeps a warning about a round, a participant or a version of a study. The same again is counted.
    func note(_ text: String, about id: UUID, _ logger: Logger) async {
        do {
            try await database.execute(
                """
                INSERT INTO study_warnings AS w (study_id, text)
                SELECT found.study_id, left(\(text), \(Int32(Self.longest)))
                FROM (SELECT study_id FROM participants WHERE id = \(id)
                      UNION ALL SELECT study_id FROM study_versions WHERE id = \(id)
                      UNION ALL SELECT g.study_id FROM rounds r JOIN groups g ON g.id = r.group_id WHERE r.id = \(id)) AS found
                LIMIT 1
                ON CONFLICT (study_id, text) DO UPDATE SET times = w.times + 1, last_at = now()
                """)
        } catch {
            logger.warning("keeping a warning failed", metadata: ["error": "\(error)"])
        }
    }
}
