// Looks through what people write before it is shown to others.

import Foundation
import Postgres

/// Notices personal details and what may be hateful. It decides nothing: what it notices is stored beside the text, and the
/// study's settings say what that means.
enum TextScreen {
    /// Stores what is noticed in an opinion that was just stored.
    static func screen(_ opinionID: UUID, _ text: String, in connection: Connection) async throws {
        let findings = try await findings(in: text, connection)
        guard !findings.isEmpty else { return }
        try await connection.execute(
            """
            INSERT INTO opinion_findings (opinion_id, kind, start, length, rules)
            SELECT \(opinionID)::uuid, kind, start, length, \("\(PersonalDetail.version)/\(HatefulWords.version)")::text
            FROM unnest(\(findings.map(\.kind))::text[], \(findings.map { Int32($0.start) })::int[],
                        \(findings.map { Int32($0.length) })::int[]) AS finding (kind, start, length)
            ON CONFLICT DO NOTHING
            """)
    }

    /// What is noticed in `text`, in the order of the text.
    static func findings(in text: String, _ session: some PostgresSession) async throws -> [TextFinding] {
        let kinds = PersonalDetail.allCases
        let details = try await session.query(
            """
            SELECT d.kind, place.start - 1, regexp_instr(t.text, d.pattern, 1, n, 1, 'i') - place.start
            FROM (SELECT \(sql: PersonalDetail.plainDigits(in: "\(text)::text")) AS text) t
                 CROSS JOIN unnest(\(kinds.map(\.rawValue))::text[], \(kinds.map(\.pattern))::text[]) AS d (kind, pattern)
                 CROSS JOIN LATERAL generate_series(1, regexp_count(t.text, d.pattern, 1, 'i')) AS n
                 CROSS JOIN LATERAL (SELECT regexp_instr(t.text, d.pattern, 1, n, 0, 'i') AS start) AS place
            """, as: (String, Int32, Int32).self
        ).map { TextFinding(kind: $0.0, start: Int($0.1), length: Int($0.2)) }
        // A phone number inside an account number is no second thing.
        let whole = details.filter { inner in
            !details.contains { $0.length > inner.length && $0.start <= inner.start && $0.end >= inner.end }
        }
        return (whole + HatefulWords.standard.findings(in: text)).filter { $0.length > 0 }
            .sorted { ($0.start, $0.length, $0.kind) < ($1.start, $1.length, $1.kind) }
    }
}
