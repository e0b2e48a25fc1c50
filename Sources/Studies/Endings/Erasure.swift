// Deleting a person's words. The one exception to "append, don't overwrite".

import Consensus
import Foundation
import Postgres

/// Deletes what a participant answered, and what quotes it.
enum Erasure {
    /// Deletes the participant's stances, opinions, ratings and survey answers, drafts, messages and times, what was known of
    /// them beforehand, the prompts that hold their opinions, others' ratings of their opinions, what was predicted of them, and
    /// the text of every candidate and statement that quotes one (``Consensus/Quotation``), and of every candidate that was made
    /// from one which others may not read, with the encodings of all these; a statement so emptied is not put before anybody who
    /// has not rated it yet. Ratings that were imported from a dump go too. Counts stay behind in `erasures`, with the models
    /// that had learnt from their ratings or words.
    /// - Returns: what it means to the round under way; statements that are just being made are for the round to see to.
    static func erase(_ participantID: UUID, in connection: Connection) async throws -> RoundMachine.Event {
        let models = try await models(learntFrom: participantID, in: connection)
        var withdrawn: Set<UUID> = [], statementsLeft: [UUID: Int] = [:]
        let opinions = try await connection.query(
            """
            SELECT o.round_id, o.text, w.visible FROM opinions o JOIN visible_opinions w USING (id)
            WHERE o.participant_id = \(participantID)
            """, as: (UUID, String, Bool).self)
        var statements = 0, candidates = 0
        try await deleteImported(of: participantID, opinions.map { ($0.0, $0.1) }, in: connection)
        for (roundID, opinion, isVisible) in opinions {
            let made = try await connection.query(
                "SELECT id, text, author_id FROM statements WHERE round_id = \(roundID)", as: (UUID, String, UUID?).self)
            let quoting = made.filter { $0.2 == participantID || Quotation.occurs(of: opinion, in: $0.1) }.map(\.0)
            statements += try await connection.execute(
                "UPDATE statements SET text = '' WHERE id = ANY(\(quoting)) AND text <> ''")
            withdrawn.formUnion(
                try await connection.query(
                    """
                    DELETE FROM presentations p WHERE statement_id = ANY(\(quoting))
                      AND NOT EXISTS (SELECT FROM ratings a WHERE a.presentation_id = p.id) RETURNING id
                    """, as: UUID.self))
            let left = try await connection.query(
                """
                SELECT generation_id, count(*) FILTER (WHERE text <> '') FROM statements
                WHERE generation_id IN (SELECT generation_id FROM statements WHERE id = ANY(\(quoting))) GROUP BY 1
                """, as: (UUID, Int).self)
            for (generation, statements) in left { statementsLeft[generation] = statements }
            let drawn = try await connection.query(
                """
                SELECT c.generation_id, c.draw, c.number, c.text, \(participantID) = ANY(g.included_participant_ids)
                FROM candidates c JOIN generations g ON g.id = c.generation_id WHERE g.round_id = \(roundID)
                """, as: (UUID, Int16, Int16, String, Bool).self)
            // Of words that others may not read, they may not read what was made of them either, quoted or not.
            let emptied = drawn.filter { !isVisible && $0.4 || Quotation.occurs(of: opinion, in: $0.3) }
            let quotingTexts = made.map(\.1).filter { Quotation.occurs(of: opinion, in: $0) } + emptied.map(\.3)
            try await connection.execute(
                """
                DELETE FROM encodings
                WHERE text_sha256 IN (SELECT sha256(convert_to(q.question || E'\\n' || gone.text, 'UTF8'))
                                      FROM rounds r JOIN questions q ON q.id = r.question_id
                                           CROSS JOIN unnest(\([opinion] + quotingTexts)::text[]) AS gone (text)
                                      WHERE r.id = \(roundID))
                """)
            for candidate in emptied {
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
        let generations: SQL = """
            SELECT g.id FROM members m JOIN rounds r ON r.group_id = m.group_id JOIN generations g ON g.round_id = r.id
            WHERE m.participant_id = \(participantID)
            """
        try await connection.execute(
            """
            UPDATE candidates SET predictions = predictions - \(participantID)::text
            WHERE generation_id IN (\(sql: generations)) AND predictions ? \(participantID)::text
            """)
        try await connection.execute(
            """
            UPDATE generations SET choice = NULL
            WHERE id IN (\(sql: generations))
              AND (choice->'agreements' ? \(participantID)::text
                   OR EXISTS (SELECT FROM jsonb_each(choice->'agreements') AS a (author, agreements)
                              WHERE a.agreements ? \(participantID)::text))
            """)
        withdrawn.formUnion(
            try await connection.query(
                """
                DELETE FROM opinion_ratings
                WHERE participant_id = \(participantID)
                   OR opinion_id IN (SELECT id FROM opinions WHERE participant_id = \(participantID)) RETURNING id
                """, as: UUID.self))
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
        try await connection.execute(
            """
            DELETE FROM platform_attributes a USING participants p
            WHERE p.id = \(participantID) AND a.study_id = p.study_id AND a.platform_id = p.platform_id
            """)
        try await connection.execute("DELETE FROM comprehension_tries WHERE participant_id = \(participantID)")
        try await connection.execute(
            """
            INSERT INTO erasures (participant_id, stances, opinions, ratings, statements, prompts, candidates,
                                  survey_responses, models)
            VALUES (\(participantID), \(Int32(stances)), \(Int32(deleted)), \(Int32(ratings)), \(Int32(statements)),
                    \(Int32(prompts)), \(Int32(candidates)), \(Int32(surveys)), \(models))
            ON CONFLICT (participant_id) DO NOTHING
            """)
        return .erased(participantID, withdrawn: withdrawn, statementsLeft: statementsLeft)
    }

    /// The models that were trained when there were ratings to learn from that the participant gave, or that others gave to
    /// statements which they wrote or which quote them, and those made from these models.
    private static func models(learntFrom participantID: UUID, in connection: Connection) async throws -> [String] {
        let made = try await connection.query(
            """
            SELECT o.text, s.id, s.text, s.author_id FROM opinions o JOIN statements s ON s.round_id = o.round_id
            WHERE o.participant_id = \(participantID)
            """, as: (String, UUID, String, UUID?).self)
        let theirs = made.filter { $0.3 == participantID || Quotation.occurs(of: $0.0, in: $0.2) }.map(\.1)
        return try await connection.query(
            """
            WITH RECURSIVE rated AS (
                SELECT s.name AS study, min(a.submitted_at) AS since
                FROM presentations w JOIN ratings a ON a.presentation_id = w.id
                     JOIN participants p ON p.id = w.participant_id JOIN studies s ON s.id = p.study_id
                WHERE w.participant_id = \(participantID) OR w.statement_id = ANY(\(theirs))
                GROUP BY s.name
            ), learnt AS (
                SELECT m.id, m.name, m.version
                FROM models m
                WHERE EXISTS (SELECT FROM rated r WHERE m.training->'studies' ? r.study AND r.since < m.created_at)
                   OR EXISTS (SELECT FROM imported_ratings a JOIN rating_imports i ON i.id = a.rating_import_id
                              WHERE (a.participant_id = \(participantID)::text
                                     OR a.statement_id = ANY(\(theirs.map { $0.uuidString.lowercased() })::text[]))
                                AND m.training->'imports' ? i.name)
                UNION SELECT m.id, m.name, m.version FROM models m JOIN learnt l ON l.id = m.parent_id
            )
            SELECT name || '@' || version FROM learnt ORDER BY name, version
            """, as: String.self)
    }

    /// Deletes from imported ratings those of the participant, and those of statements that quote them.
    private static func deleteImported(
        of participantID: UUID, _ opinions: [(UUID, String)], in connection: Connection
    ) async throws {
        let shown = try await connection.query(
            """
            SELECT DISTINCT rating_import_id, round_id, statement_id, statement FROM imported_ratings
            WHERE round_id = ANY(\(opinions.map { $0.0.uuidString.lowercased() }))
            """, as: (UUID, String, String, String).self)
        for (importID, round, statementID, statement) in shown {
            let quotes = opinions.contains {
                $0.0.uuidString.lowercased() == round && Quotation.occurs(of: $0.1, in: statement)
            }
            guard quotes else { continue }
            try await connection.execute(
                "DELETE FROM imported_ratings WHERE rating_import_id = \(importID) AND statement_id = \(statementID)")
        }
        try await connection.execute("DELETE FROM imported_ratings WHERE participant_id = \(participantID)::text")
    }
}
