// Reads how well preference models foresaw the ratings of the statements that they chose.

import Consensus
import Postgres

/// Predicted against given agreement. A prediction is stored with the candidate, or with the choice of an opinion, that a
/// statement shows, for each member whose opinion went in.
struct PredictionReading {
    let connection: Connection

    /// Of each model that chose statements which were rated, by group.
    func tallies() async throws -> [(model: String, of: [PredictionTally])] {
        try await connection.script(
            """
            CREATE TEMPORARY TABLE report_predictions (
                model text, group_number int, round_id uuid, participant_id uuid, predicted float8, agreement smallint
            ) ON COMMIT DROP
            """)
        // The statements of a generation are its chosen candidates, in the order of their ranks.
        try await connection.execute(
            """
            WITH chosen AS (
                SELECT generation_id, predictions,
                       row_number() OVER (PARTITION BY generation_id ORDER BY rank NULLS LAST, draw, number) AS place
                FROM candidates WHERE chosen AND generation_id IN (SELECT generation_id FROM report_ratings)
            ), predictions AS (
                SELECT m.name || '@' || m.version AS model, c.group_number, c.round_id, c.participant_id, c.agreement,
                       CASE n.source WHEN 'model' THEN k.predictions->>c.participant_id::text
                            ELSE n.choice->'agreements'->s.author_id::text->>c.participant_id::text END::float8 AS predicted
                FROM report_ratings c JOIN generations n ON n.id = c.generation_id
                     JOIN models m ON m.id = n.preference_model_id JOIN statements s ON s.id = c.statement_id
                     LEFT JOIN chosen k ON k.generation_id = n.id AND k.place = s.number
            )
            INSERT INTO report_predictions
            SELECT model, group_number, round_id, participant_id, predicted, agreement
            FROM predictions WHERE predicted IS NOT NULL
            """)
        let pairs = try await connection.query(
            """
            SELECT a.model, a.group_number, count(*)::float8,
                   sum(CASE WHEN a.predicted > b.predicted THEN 1.0 WHEN a.predicted = b.predicted THEN 0.5 ELSE 0 END)::float8
            FROM report_predictions a JOIN report_predictions b USING (model, round_id, participant_id)
            WHERE a.agreement > b.agreement GROUP BY 1, 2
            """, as: (String, Int, Double, Double).self)
        let comparisons = Dictionary(
            pairs.map { ("\($0.1) \($0.0)", (count: $0.2, right: $0.3)) }, uniquingKeysWith: { first, _ in first })
        // Equal values share the mean of their ranks.
        let rows = try await connection.query(
            """
            SELECT model, group_number, count(*)::float8, sum(predicted - agreement), sum(abs(predicted - agreement)),
                   sum(x)::float8, sum(y)::float8, sum(x * x)::float8, sum(y * y)::float8, sum(x * y)::float8
            FROM (SELECT model, group_number, predicted, agreement,
                         rank() OVER (PARTITION BY model ORDER BY predicted)
                         + (count(*) OVER (PARTITION BY model, predicted) - count(*) OVER (PARTITION BY model)) / 2.0 - 1 AS x,
                         rank() OVER (PARTITION BY model ORDER BY agreement)
                         + (count(*) OVER (PARTITION BY model, agreement) - count(*) OVER (PARTITION BY model)) / 2.0 - 1 AS y
                  FROM report_predictions) ranks
            GROUP BY model, group_number ORDER BY model COLLATE "C", group_number
            """, as: (String, Int, Double, Double, Double, Double, Double, Double, Double, Double).self)
        var tallies: [(model: String, of: [PredictionTally])] = []
        for row in rows {
            let pair = comparisons["\(row.1) \(row.0)"] ?? (0, 0)
            let tally = PredictionTally(
                group: row.1, ratings: row.2, comparisons: pair.count, right: pair.right, error: row.3,
                absoluteError: row.4, x: row.5, y: row.6, xx: row.7, yy: row.8, xy: row.9)
            if tallies.last?.model == row.0 {
                tallies[tallies.count - 1].of.append(tally)
            } else {
                tallies.append((row.0, [tally]))
            }
        }
        return tallies
    }
}
