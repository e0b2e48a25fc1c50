// Deleting a person's words. The one exception to "append, don't overwrite".

import Consensus
import Foundation
import Postgres

/// Deletes what a participant answered, and what quotes it.
enum Erasure {
    /// Deletes the participant's stances, opinions, ratings, survey answers, drafts, messages and times, the prompts that hold their opinions, and the text of
    /// every candidate and statement that quotes one (``Consensus/Quotation``); a statement so emptied is not put
    /// before anybody who has not rated it yet. Counts stay behind in `erasures`.
    static func erase(_ participantID: UUID, in connection: Connection) async throws {
        let opinions = try await connection.query(
            "SELECT round_id, text FROM opinions WHERE participant_id = \(participantID)", as: (UUID, String).self)
        var statements = 0, candidates = 0
        for (roundID, opinion) in opinions {
            let made = try await connection.query(
                "SELECT id, text, author_id FROM statements WHERE round_id = \(roundID)", as: (UUID, String, UUID?).self)
            let quoting = made.filter { $0.2 == participantID || Quotation.occurs(of: opinion, in: $0.1) }.map(\.0)
            statements += try await connection.execute(
                "UPDATE statements SET text = '' WHERE id = ANY(\(quoting)) AND text <> ''")
            try await connection.execute(
                """
                DELETE FROM presentations p WHERE statement_id = ANY(\(quoting))
                  AND NOT EXISTS (SELECT FROM ratings a WHERE a.presentation_id = p.id)
                """)
            let drawn = try await connection.query(
                """
                SELECT c.generation_id, c.draw, c.number, c.text
                FROM candidates c JOIN generations g ON g.id = c.generation_id WHERE g.round_id = \(roundID)
                """, as: (UUID, Int16, Int16, String).self)
            for candidate in drawn where Quotation.occurs(of: opinion, in: candidate.3) {
                candidates += try await connection.execute(
                    """
                    UPDATE candidates SET text = ''
                    WHERE generation_id = \(candidate.0) AND draw = \(candidate.1) AND number = \(candidate.2)
                    """)
            }
        }
        let prompts = try await connection.execute(
            """
            UPDATE generations SET prompt_text = NULL, shortened = NULL
            WHERE \(participantID) = ANY(included_participant_ids) AND prompt_text IS NOT NULL
            """)
        // A statement that is just being made is made again without these words; its late result is dropped.
        try await connection.execute(
            """
            UPDATE generations
            SET included_participant_ids = array_remove(included_participant_ids, \(participantID)),
                state = CASE WHEN cardinality(included_participant_ids) > 2 THEN 'queued' ELSE 'failed' END,
                error = 'a member withdrew', worker_id = NULL, lease_expires_at = NULL
            WHERE state IN ('queued', 'running') AND \(participantID) = ANY(included_participant_ids)
            """)
        try await connection.notify(GenerationQueue.channel)
        try await connection.execute("DELETE FROM flags WHERE participant_id = \(participantID)")
        let ratings = try await connection.execute(
            """
            DELETE FROM ratings WHERE presentation_id IN (SELECT id FROM presentations
                                                          WHERE participant_id = \(participantID))
            """)
        try await connection.execute("DELETE FROM visible_stretches WHERE participant_id = \(participantID)")
        try await connection.execute("DELETE FROM messages WHERE participant_id = \(participantID)")
        try await Drafts.delete(of: participantID, in: connection)
        try await connection.execute("DELETE FROM presentations WHERE participant_id = \(participantID)")
        let deleted = try await connection.execute("DELETE FROM opinions WHERE participant_id = \(participantID)")
        let stances = try await connection.execute("DELETE FROM stances WHERE participant_id = \(participantID)")
        let surveys = try await connection.execute("DELETE FROM survey_responses WHERE participant_id = \(participantID)")
        try await connection.execute("UPDATE participants SET attributes = NULL WHERE id = \(participantID)")
        try await connection.execute("DELETE FROM comprehension_tries WHERE participant_id = \(participantID)")
        try await connection.execute(
            """
            INSERT INTO erasures (participant_id, stances, opinions, ratings, statements, prompts, candidates,
                                  survey_responses)
            VALUES (\(participantID), \(Int32(stances)), \(Int32(deleted)), \(Int32(ratings)), \(Int32(statements)),
                    \(Int32(prompts)), \(Int32(candidates)), \(Int32(surveys)))
            ON CONFLICT (participant_id) DO NOTHING
            """)
    }
}
