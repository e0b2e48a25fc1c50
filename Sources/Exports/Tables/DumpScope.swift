// Which rows a dump holds, as conditions in SQL.

import Foundation
import Postgres

/// The study, the people and, for what changed since an earlier dump, the changes.
struct DumpScope: Sendable {
    let study: UUID
    let includesSynthetic: Bool
    /// Whether ids of platforms are shown as they are.
    let platformIDs: Bool
    let shape: StudyShape
    let changes: Changes?

    /// What changed since an earlier dump.
    struct Changes: Sendable {
        /// What that dump saw, in the counting of the change clock.
        let snapshot: String
        /// Groups and people of whom anything changed, whatever it was.
        let groups: [UUID]
        let people: [UUID]
        /// Groups of people who were erased since.
        let groupsOfErased: [UUID]
    }

    /// Whether participant `p` is in the dump: of the study, not erased, not simulated unless that is asked for.
    var people: SQL {
        """
        p.study_id = \(study) AND (\(includesSynthetic) OR NOT p.synthetic)
        AND NOT \(sql: Self.isErased)
        """
    }

    /// Whether participant `p` had their answers deleted.
    static let isErased: SQL = "EXISTS (SELECT FROM erasures e WHERE e.participant_id = p.id)"

    /// Whether group `g` is in the dump. Its members are all simulated or all real.
    var groups: SQL { "g.study_id = \(study) AND (\(includesSynthetic) OR NOT g.synthetic)" }

    /// Of every round of the study whether it counts (migration 0020).
    var roundInclusion: SQL { "round_inclusion(\(study))" }

    /// The same of every group.
    var groupInclusion: SQL { "group_inclusion(\(study))" }

    /// Whether a row with one of these stamps (columns `changed_in`) is to be in the dump.
    func isNew(_ stamps: SQL...) -> SQL {
        guard let changes else { return "true" }
        let seen = stamps.map { "pg_visible_in_snapshot(\(sql: $0), \(changes.snapshot)::pg_snapshot)" as SQL }
        return "NOT (\(sql: seen.joined(separator: " AND ")))"
    }

    /// Whether anything changed in the group.
    func isNew(group: SQL) -> SQL {
        guard let changes else { return "true" }
        return "\(sql: group) = ANY(\(changes.groups)::uuid[])"
    }

    /// Whether anything changed about the person.
    func isNew(person: SQL) -> SQL {
        guard let changes else { return "true" }
        return "\(sql: person) = ANY(\(changes.people)::uuid[])"
    }

    /// Whether somebody in the group was erased.
    func hasErased(group: SQL) -> SQL {
        guard let changes else { return "true" }
        return "\(sql: group) = ANY(\(changes.groupsOfErased)::uuid[])"
    }

    /// Ids without those of people who were erased, in their order.
    static func remaining(_ ids: SQL) -> SQL {
        """
        ARRAY(SELECT i.id FROM unnest(\(sql: ids)) WITH ORDINALITY AS i (id, place)
              WHERE NOT EXISTS (SELECT FROM erasures e WHERE e.participant_id = i.id) ORDER BY i.place)
        """
    }
}
