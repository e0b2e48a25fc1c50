// One column of the tables in the scheme of the Habermas Machine data set.

import Postgres

/// A column: its dotted name, what it holds, and the SQL that gives it.
struct ComparisonColumn: Sendable {
    let field: ArrowField
    let sql: SQL

    /// - Parameter sql: the value, where the tables of ``ComparisonTable/rows(study:includingSynthetic:)`` are in scope.
    init(_ name: String, _ type: ArrowType, _ sql: SQL, _ meaning: String) {
        self.init(field: ArrowField(name, type, meaning), sql: sql)
    }

    private init(field: ArrowField, sql: SQL) {
        self.field = field
        self.sql = sql
    }

    /// The same column with one value for each statement, opinion or answer of the row, in `order`.
    func aggregated(by order: SQL) -> ComparisonColumn {
        ComparisonColumn(
            field: ArrowField(field.name, .list(field.type), field.description),
            sql: "coalesce(json_agg(\(sql: sql) ORDER BY \(sql: order)), '[]'::json)")
    }

    /// The same column, taken from the subquery `source` in which its value has been made.
    func taken(from source: String) -> ComparisonColumn {
        ComparisonColumn(field: field, sql: "\(identifier: source).\(identifier: field.name)")
    }

    /// `value AS "name"`
    var selected: SQL { "\(sql: sql) AS \(identifier: field.name)" }
}
