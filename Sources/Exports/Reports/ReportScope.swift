// Whose answers a report is about.

import Foundation
import Postgres
import Studies

/// A study, and whether its simulated people count.
struct ReportScope: Sendable {
    let study: Study
    let synthetic: Bool
    /// Whether any group took part under a rule that says which rounds and groups count.
    let hasRule: Bool

    /// Simulated people count where `includingSynthetic` asks for them, or where there are no others.
    static func read(_ study: Study, includingSynthetic: Bool, in connection: Connection) async throws -> ReportScope {
        let facts = try await connection.first(
            """
            SELECT EXISTS (SELECT FROM participants WHERE study_id = \(study.id) AND NOT synthetic),
                   EXISTS (SELECT FROM groups g JOIN study_versions v ON v.id = g.study_version_id
                           WHERE g.study_id = \(study.id) AND v.settings->'inclusion' IS NOT NULL)
            """, as: (Bool, Bool).self)
        return ReportScope(
            study: study, synthetic: includingSynthetic || facts?.0 == false,
            hasRule: facts?.1 == true || study.settings.inclusion != nil)
    }

    /// Of groups `g`.
    var groups: SQL { "g.study_id = \(study.id) AND (NOT g.synthetic OR \(synthetic))" }

    /// Of participants `p`, as in dumps: whoever had their answers deleted is none of them.
    var people: SQL { "\(sql: consented) AND NOT \(sql: Self.isErased)" }

    /// Of participants `p`, also those who had their answers deleted.
    var consented: SQL { "p.study_id = \(study.id) AND (NOT p.synthetic OR \(synthetic))" }

    /// Whether participant `p` had their answers deleted.
    static let isErased: SQL = "EXISTS (SELECT FROM erasures e WHERE e.participant_id = p.id)"
}
