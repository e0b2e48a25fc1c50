// How long people had each step before them, summed over reloads, tabs and devices.

import Foundation
import Postgres

/// Stores stretches of visible time. It is the browser's word, beside the server's own clock.
public struct VisibleTime: Sendable {
    /// The most stretches that are kept of one person.
    static let most = 5_000

    let database: Database

    public init(database: Database) {
        self.database = database
    }

    /// Notes stretches; one that was noted before can only grow. A stretch that is about nothing of the participant's is
    /// left out.
    public func note(_ stretches: [VisibleStretch], of participantID: UUID) async throws {
        for stretch in stretches.prefix(50) {
            let milliseconds = Int32(min(max(stretch.milliseconds, 0), 86_400_000))
            let round = stretch.round.flatMap { Int16(exactly: $0) }
            try await database.execute(
                """
                INSERT INTO visible_stretches AS v
                    (participant_id, id, step, round_id, presentation_id, opinion_rating_id, milliseconds)
                SELECT p.id, \(stretch.id), \(stretch.step.rawValue), r.id, w.id, o.id, \(milliseconds)
                FROM participants p
                     LEFT JOIN members m ON m.participant_id = p.id
                     LEFT JOIN rounds r ON r.group_id = m.group_id AND r.number = \(round)::smallint
                     LEFT JOIN presentations w ON w.id = \(stretch.statement)::uuid AND w.participant_id = p.id
                                              AND w.round_id = r.id
                     LEFT JOIN opinion_ratings o ON o.id = \(stretch.statement)::uuid AND o.participant_id = p.id
                                                AND o.round_id = r.id
                WHERE p.id = \(participantID)
                  AND (r.id IS NOT NULL OR \(round)::smallint IS NULL)
                  AND (w.id IS NOT NULL OR o.id IS NOT NULL OR \(stretch.step.rawValue)::text <> 'rating')
                  AND NOT EXISTS (SELECT FROM erasures e WHERE e.participant_id = p.id)
                  AND (SELECT count(*) FROM visible_stretches s WHERE s.participant_id = p.id) < \(Self.most)
                ON CONFLICT (participant_id, id) DO UPDATE SET milliseconds = EXCLUDED.milliseconds, last_at = now()
                    WHERE v.milliseconds < EXCLUDED.milliseconds AND v.step = EXCLUDED.step
                """)
        }
    }
}
