// Which tables hold what belongs to a study, as the database's own foreign keys tell it.

import Postgres

/// Every table whose rows belong to a study, also one that was added after this was written. The audit log is left out: it
/// only grows.
struct StudyTables {
    struct Table {
        let name: SQL
        let isParticipants: Bool
        /// A condition on its rows: that the study which they belong to has the id that stands between these two.
        let opening: SQL
        let closing: SQL
    }

    /// Rows of an earlier table may refer to rows of later ones; the last is `studies` itself.
    let inOrder: [Table]

    /// A foreign key; names as SQL writes them.
    private struct Reference {
        let from: String
        let to: String
        let columns: [String]
        let wanted: [String]
        /// Whether none of its columns is ever null.
        let isCertain: Bool
    }

    static func read(in session: some PostgresSession) async throws -> StudyTables {
        let rows = try await session.query(
            """
            SELECT c.conrelid::regclass::text, c.confrelid::regclass::text,
                   ARRAY(SELECT quote_ident(a.attname) FROM unnest(c.conkey) WITH ORDINALITY AS k (number, place)
                         JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number ORDER BY k.place),
                   ARRAY(SELECT quote_ident(a.attname) FROM unnest(c.confkey) WITH ORDINALITY AS k (number, place)
                         JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.number ORDER BY k.place),
                   NOT EXISTS (SELECT FROM pg_attribute a
                               WHERE a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey) AND NOT a.attnotnull)
            FROM pg_constraint c
            WHERE c.contype = 'f' AND c.conrelid <> c.confrelid
              AND c.conrelid NOT IN ('studies'::regclass, 'audit_log'::regclass)
            ORDER BY c.oid
            """, as: (String, String, [String], [String], Bool).self)
        return StudyTables(rows.map { Reference(from: $0.0, to: $0.1, columns: $0.2, wanted: $0.3, isCertain: $0.4) })
    }

    private init(_ references: [Reference]) {
        // From the study outwards: each table by one way there is, over columns that are never null if there is such a way.
        var conditions = ["studies": (opening: "id = ", closing: "")]
        for mustBeCertain in [true, false] {
            while let next = references.first(where: {
                conditions[$0.from] == nil && conditions[$0.to] != nil && ($0.isCertain || !mustBeCertain)
            }), let onward = conditions[next.to] {
                let columns = next.columns.joined(separator: ", "), wanted = next.wanted.joined(separator: ", ")
                conditions[next.from] = (
                    "(\(columns)) IN (SELECT \(wanted) FROM \(next.to) WHERE \(onward.opening)", onward.closing + ")"
                )
            }
        }
        var left = Set(conditions.keys)
        var tables: [Table] = []
        while !left.isEmpty {
            // Those that nothing left refers to. Foreign keys here go in no circle.
            let free = left.filter { name in !references.contains { $0.to == name && left.contains($0.from) } }.sorted()
            for name in free {
                guard let condition = conditions[name] else { continue }
                tables.append(
                    Table(
                        name: SQL(verbatim: name), isParticipants: name == "participants", opening: SQL(verbatim: condition.opening),
                        closing: SQL(verbatim: condition.closing)))
            }
            guard !free.isEmpty else { break }
            left.subtract(free)
        }
        inOrder = tables
    }
}
