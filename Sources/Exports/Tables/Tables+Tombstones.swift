// What was removed since another dump.

import Postgres

extension DumpTable {
    static let tombstones = DumpTable(
        name: "tombstones",
        meaning: "Only in what changed since another dump: one row per removal. Delete from the table every row that has all of these "
            + "values; then put in what the tables of this dump hold.",
        columns: [
            .text("table_name", "the table").required,
            .text("key", "a JSON object: columns of it, and their values").required,
        ],
        key: ["table_name", "key"]
    ) { scope in
        guard let changes = scope.changes else { return "SELECT NULL::text AS table_name, NULL::text AS key WHERE false" }
        let ofPeople = all.filter { table in table.columns.contains { $0.name == "participant_id" } }.map(\.name)
        let isOfStudy: SQL = "p.study_id = \(scope.study) AND (\(scope.includesSynthetic) OR NOT p.synthetic)"
        return """
            SELECT x.dump_table AS table_name, x.key::text AS key
            FROM removals x JOIN participants p ON p.id = x.participant_id
            WHERE \(sql: isOfStudy) AND \(sql: scope.isNew("x.changed_in"))
            UNION
            SELECT t.name, jsonb_build_object('participant_id', x.participant_id)::text
            FROM erasures x JOIN participants p ON p.id = x.participant_id CROSS JOIN unnest(\(ofPeople)::text[]) AS t (name)
            WHERE \(sql: isOfStudy) AND \(sql: scope.isNew("x.changed_in"))
            UNION
            SELECT 'predictions', jsonb_build_object('generation_id', n.id)::text
            FROM generations n JOIN rounds r ON r.id = n.round_id
            WHERE n.source = 'human-opinion' AND r.group_id = ANY(\(changes.groupsOfErased)::uuid[])
            UNION
            SELECT t.name, jsonb_build_object('metadata.participant_id', x.participant_id)::text
            FROM erasures x JOIN participants p ON p.id = x.participant_id
                 CROSS JOIN unnest(\(ComparisonTable.allCases.map(\.rawValue))::text[]) AS t (name)
            WHERE \(sql: isOfStudy) AND \(sql: scope.isNew("x.changed_in"))
            UNION
            -- The others' rows have the person's words too, and not all of them have to be written again.
            SELECT \(ComparisonTable.candidateComparisons.rawValue), jsonb_build_object('launch_id', g.id)::text
            FROM unnest(\(changes.groupsOfErased)::uuid[]) AS g (id)
            """
    }
}
