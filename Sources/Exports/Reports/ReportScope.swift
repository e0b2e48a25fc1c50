// Whose answers a report is about.

import Foundation
import Postgres
import Studies

/// A study, or several that are taken together, and whether their simulated people count.
struct ReportScope: Sendable {
    let studies: [Study]
    let synthetic: Bool
    /// Whether any group took part under a rule that says which rounds and groups count.
    let hasRule: Bool

    /// Simulated people count where `includingSynthetic` asks for them, or where there are no others.
    static func read(_ studies: [Study], includingSynthetic: Bool, in connection: Connection) async throws -> ReportScope {
        let ids = studies.map(\.id)
        let facts = try await connection.first(
            """
            SELECT EXISTS (SELECT FROM participants WHERE study_id = ANY(\(ids)::uuid[]) AND NOT synthetic),
                   EXISTS (SELECT FROM groups g JOIN study_versions v ON v.id = g.study_version_id
                           WHERE g.study_id = ANY(\(ids)::uuid[]) AND v.settings->'inclusion' IS NOT NULL)
            """, as: (Bool, Bool).self)
        return ReportScope(
            studies: studies, synthetic: includingSynthetic || facts?.0 == false,
            hasRule: facts?.1 == true || studies.contains { $0.settings.inclusion != nil })
    }

    /// The inclusion rule; nil where there is none, or studies have different ones.
    var rule: Inclusion? {
        let rules = studies.map(\.settings.inclusion)
        return rules.allSatisfy { $0 == rules.first } ? rules.first ?? nil : nil
    }

    /// Each exclusion condition with its full twin, by name.
    var twins: [(exclusion: String, full: String)] {
        studies.flatMap(\.settings.exclusionTwins).reduce(into: []) { found, twins in
            if !found.contains(where: { $0 == twins }) { found.append(twins) }
        }
    }

    private var ids: [UUID] { studies.map(\.id) }

    /// Of groups `g`.
    var groups: SQL { "g.study_id = ANY(\(ids)::uuid[]) AND (NOT g.synthetic OR \(synthetic))" }

    /// Of participants `p`, as in dumps: whoever had their answers deleted is none of them.
    var people: SQL { "\(sql: consented) AND NOT \(sql: DumpScope.isErased)" }

    /// Of participants `p`, also those who had their answers deleted.
    var consented: SQL { "p.study_id = ANY(\(ids)::uuid[]) AND (NOT p.synthetic OR \(synthetic))" }

    /// Of every round whether it counts (migration 0020).
    var roundInclusion: SQL { "(SELECT i.* FROM unnest(\(ids)::uuid[]) study, round_inclusion(study) i)" }

    /// The same of every group.
    var groupInclusion: SQL { "(SELECT i.* FROM unnest(\(ids)::uuid[]) study, group_inclusion(study) i)" }

    /// People whom the inclusion rule leaves out.
    var excludedParticipants: SQL { "(SELECT e.* FROM unnest(\(ids)::uuid[]) study, excluded_participants(study) e)" }
}
