// What a dump's transaction sees of a study.

import Foundation
import Postgres
import Studies

/// The state of a study in one snapshot: how it is named, what is in it, and what changed since an earlier one.
struct StudyView: Sendable {
    let scope: DumpScope
    /// A pg_snapshot in the counting of the change clock, cut down to what is of this study: the same for the same state of
    /// the study, whatever else the database does.
    let snapshot: Snapshot
    /// The lineage of the last change that it saw, which is there again in a database that was restored from a later backup.
    let lineage: UUID
    /// Rows per table, as far as they are cheap to count.
    let counts: [String: Int]
    /// People who had their answers deleted.
    let withdrawn: Int

    /// The tables of the dump, their repeated columns written out.
    var tables: [DumpTable] {
        (DumpTable.all + (scope.changes == nil ? [] : [.tombstones])).map { $0.expanded(for: scope.shape) }
    }

    /// The name of a dump of this state.
    func name(of study: String) -> String { "\(study)-\(snapshot.name)" }

    static func read(of study: Study, for options: DumpOptions, over connection: Connection) async throws -> StudyView {
        let hasReal = try await connection.first(
            "SELECT EXISTS (SELECT FROM participants WHERE study_id = \(study.id) AND NOT synthetic)", as: Bool.self)
        let includesSynthetic = options.includingSynthetic || hasReal == false
        let since = options.since
        if let since {
            guard since.concord.includesSynthetic == includesSynthetic else {
                throw DumpError.otherPeople(wasSynthetic: since.concord.includesSynthetic)
            }
            guard since.concord.showsPlatformIDs == options.platformIDs else {
                throw DumpError.otherPlatformIDs(wereShown: since.concord.showsPlatformIDs)
            }
        }
        let now = try await clock(over: connection)
        let lineages = try await ChangeClock.lineages(in: connection)
        let shape = try await StudyShape.read(of: study, in: connection)
        var changes: DumpScope.Changes?
        if let since {
            guard let seen = Snapshot(since.concord.snapshot) else { throw DumpError.noSnapshot(since.name) }
            // Whatever was changed in an earlier lineage after the next one began is not in this database.
            guard let place = lineages.firstIndex(where: { $0.id.uuidString.lowercased() == since.concord.lineage }),
                seen.next <= (place + 1 < lineages.count ? lineages[place + 1].begins : now.next)
            else { throw DumpError.otherDatabase(since.name) }
            changes = try await Self.changes(of: study.id, since: seen.text, over: connection)
        }
        let scope = DumpScope(
            study: study.id, includesSynthetic: includesSynthetic, platformIDs: options.platformIDs, shape: shape,
            changes: changes)
        let (snapshot, counts) = try await state(of: scope, in: now, over: connection)
        guard let lineage = lineages.last(where: { $0.begins < snapshot.next }) else { throw DumpError.noSnapshot("the database") }
        let withdrawn = try await connection.first(
            """
            SELECT count(*) FROM erasures e JOIN participants p ON p.id = e.participant_id
            WHERE p.study_id = \(study.id) AND (\(includesSynthetic) OR NOT p.synthetic)
            """, as: Int.self)
        return StudyView(
            scope: scope, snapshot: snapshot, lineage: lineage.id, counts: counts, withdrawn: withdrawn ?? 0)
    }

    /// What the transaction sees of the whole database, in the counting of the change clock.
    private static func clock(over connection: Connection) async throws -> Snapshot {
        let clock = try await connection.first(
            "SELECT pg_current_snapshot()::text, ahead FROM change_clock", as: (String, Int).self)
        guard let clock, let now = Snapshot(clock.0)?.ahead(by: UInt64(max(0, clock.1))) else {
            throw DumpError.noSnapshot("the database")
        }
        return now
    }

    /// What the transaction sees of a study: two with the same snapshot see the same.
    static func snapshot(of study: Study, over connection: Connection) async throws -> Snapshot {
        // Columns are not asked for.
        let scope = DumpScope(
            study: study.id, includesSynthetic: true, platformIDs: false, shape: StudyShape(rounds: 0, keys: [:]), changes: nil)
        return try await state(of: scope, in: clock(over: connection), over: connection).snapshot
    }

    private static func state(
        of scope: DumpScope, in now: Snapshot, over connection: Connection
    ) async throws -> (snapshot: Snapshot, counts: [String: Int]) {
        let census = try await connection.query(Self.census(scope), as: (String, Int, Int64?).self)
        let newest = UInt64(census.compactMap(\.2).max() ?? 0)
        return (now.upTo(newest), Dictionary(census.filter { $0.0 != "" }.map { ($0.0, $0.1) }) { $0 + $1 })
    }

    /// Per table of the database: the table of the dump, "" where it has none, the rows of it that the dump will have, and the
    /// last transaction that changed one.
    private static func census(_ scope: DumpScope) -> SQL {
        let study = scope.study
        let inGroups: SQL = "JOIN groups g ON g.id = x.group_id WHERE g.study_id = \(study)"
        let inRounds: SQL = "JOIN rounds r ON r.id = x.round_id JOIN groups g ON g.id = r.group_id WHERE g.study_id = \(study)"
        let ofPeople: SQL = "JOIN participants p ON p.id = x.participant_id WHERE p.study_id = \(study)"
        let sources: [(String, SQL)] = [
            ("conditions", "study_versions x WHERE x.study_id = \(study)"),
            ("participants", "participants x WHERE x.study_id = \(study)"),
            ("groups", "groups x WHERE x.study_id = \(study)"),
            ("memberships", "members x \(sql: inGroups)"), ("rounds", "rounds x \(sql: inGroups)"),
            ("stances", "stances x \(sql: inGroups)"), ("opinions", "opinions x \(sql: inGroups)"),
            ("opinion_ratings", "opinion_ratings x \(sql: inGroups)"),
            ("generations", "generations x \(sql: inRounds)"),
            ("candidates",
             """
             candidates x JOIN generations n ON n.id = x.generation_id JOIN rounds r ON r.id = n.round_id
                          JOIN groups g ON g.id = r.group_id WHERE g.study_id = \(study)
             """),
            ("statements", "statements x \(sql: inRounds)"),
            ("survey_answers", "survey_responses x \(sql: ofPeople)"),
            ("comprehension_tries", "comprehension_tries x \(sql: ofPeople)"), ("flags", "flags x \(sql: ofPeople)"),
            ("payments", "payments x \(sql: ofPeople)"), ("answer_times", "visible_stretches x \(sql: ofPeople)"),
            ("extensions", "extensions x \(sql: ofPeople)"), ("", "erasures x \(sql: ofPeople)"),
            ("", "removals x \(sql: ofPeople)"), ("", "interventions x WHERE x.study_id = \(study)"),
        ]
        // Of these a row is written again when anything of the person or the group has changed.
        let whole: [String: SQL] = [
            "participants": scope.isNew(person: "x.id"), "groups": scope.isNew(group: "x.id"),
            "rounds": scope.isNew(group: "x.group_id"), "answer_times": scope.isNew(person: "x.participant_id"),
        ]
        let counts = sources.map { name, from in
            """
            SELECT \(name)::text, count(*) FILTER (WHERE \(sql: whole[name] ?? scope.isNew("x.changed_in"))),
                   max(x.changed_in)::text::bigint
            FROM \(sql: from)
            """ as SQL
        }
        // Presentations and their ratings at once: they are the most.
        return """
            \(sql: counts.joined(separator: " UNION ALL "))
            UNION ALL
            SELECT 'ratings', count(a.presentation_id) FILTER (WHERE \(sql: scope.isNew("x.changed_in", "a.changed_in"))),
                   greatest(max(x.changed_in), max(a.changed_in))::text::bigint
            FROM presentations x LEFT JOIN ratings a ON a.presentation_id = x.id \(sql: inGroups)
            """
    }

    /// The groups and people of whom anything changed since `snapshot`.
    private static func changes(
        of study: UUID, since snapshot: String, over connection: Connection
    ) async throws -> DumpScope.Changes {
        func new(_ row: SQL) -> SQL { "NOT pg_visible_in_snapshot(\(sql: row).changed_in, \(snapshot)::pg_snapshot)" }
        let isNew = new("x")
        let direct = ["members", "rounds", "stances", "opinions", "opinion_ratings", "presentations"].map {
            "SELECT x.group_id FROM \(identifier: $0) x WHERE \(sql: isNew)" as SQL
        }
        let byRound = ["generations", "statements", "flags"].map {
            "SELECT r.group_id FROM \(identifier: $0) x JOIN rounds r ON r.id = x.round_id WHERE \(sql: isNew)" as SQL
        }
        let byMember = ["erasures", "removals"].map {
            "SELECT m.group_id FROM \(identifier: $0) x JOIN members m ON m.participant_id = x.participant_id WHERE \(sql: isNew)"
                as SQL
        }
        let groups = try await connection.query(
            """
            SELECT g.id FROM groups g
            WHERE g.study_id = \(study)
              AND (\(sql: new("g")) OR g.id IN (
                  \(sql: (direct + byRound + byMember).joined(separator: " UNION "))
                  UNION SELECT p.group_id FROM ratings x JOIN presentations p ON p.id = x.presentation_id WHERE \(sql: isNew)
                  UNION SELECT r.group_id FROM candidates x JOIN generations n ON n.id = x.generation_id
                                               JOIN rounds r ON r.id = n.round_id WHERE \(sql: isNew)))
            """, as: UUID.self)
        let own = [
            "survey_responses", "comprehension_tries", "flags", "payments", "visible_stretches", "extensions", "erasures", "removals",
            "members",
        ].map { "SELECT x.participant_id FROM \(identifier: $0) x WHERE \(sql: isNew)" as SQL }
        let people = try await connection.query(
            """
            SELECT p.id FROM participants p
            WHERE p.study_id = \(study)
              AND (\(sql: new("p")) OR p.id IN (
                  \(sql: own.joined(separator: " UNION "))
                  UNION SELECT participant_id FROM members WHERE group_id = ANY(\(groups)::uuid[])))
            """, as: UUID.self)
        let erased = try await connection.query(
            """
            SELECT DISTINCT m.group_id FROM erasures x JOIN members m ON m.participant_id = x.participant_id
                            JOIN groups g ON g.id = m.group_id
            WHERE g.study_id = \(study) AND \(sql: isNew)
            """, as: UUID.self)
        return DumpScope.Changes(snapshot: snapshot, groups: groups, people: people, groupsOfErased: erased)
    }
}
