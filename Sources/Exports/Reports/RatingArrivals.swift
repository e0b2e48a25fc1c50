// When ratings came in.

import Foundation
import Postgres

/// Ratings of statements by the time at which they were given, whether or not they count.
public struct RatingArrivals: Codable, Sendable, Equatable {
    public struct Line: Codable, Sendable, Equatable {
        /// When the hour or day begins.
        public let from: Date
        public let came: Int
        /// Those and all before.
        public let soFar: Int
    }

    /// `hour` or `day` (in UTC): hours while all came within four days.
    public let unit: String
    /// Hours or days in which none came have no line.
    public let lines: [Line]

    static func read(_ scope: ReportScope, in connection: Connection) async throws -> RatingArrivals {
        let given: SQL = """
            FROM groups g JOIN presentations p ON p.group_id = g.id JOIN ratings a ON a.presentation_id = p.id
                 JOIN statements s ON s.id = p.statement_id JOIN generations n ON n.id = s.generation_id
            WHERE \(sql: scope.groups) AND n.source <> 'attention-check'
            """
        let isBrief = try await connection.first(
            "SELECT max(a.submitted_at) - min(a.submitted_at) <= interval '4 days' \(sql: given)", as: Bool?.self)
        let unit = isBrief == false ? "day" : "hour"
        let lines = try await connection.rows(
            """
            SELECT "from", came, sum(came) OVER (ORDER BY "from")::bigint AS so_far
            FROM (SELECT date_trunc(\(unit), a.submitted_at, 'UTC') AS "from", count(*) AS came \(sql: given)
                  GROUP BY 1) counts
            ORDER BY "from"
            """, as: Line.self)
        return RatingArrivals(unit: unit, lines: lines)
    }
}
