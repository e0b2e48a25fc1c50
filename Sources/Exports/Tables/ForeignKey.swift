// What joins the tables of a dump.

/// Columns whose values, where there are any, are in columns of another table.
struct ForeignKey: Sendable, Equatable {
    let columns: [String]
    let table: String
    let referenced: [String]

    /// A column that has the same name there.
    static func to(_ table: String, _ column: String) -> ForeignKey {
        ForeignKey(columns: [column], table: table, referenced: [column])
    }

    static func to(_ table: String, _ columns: [String]) -> ForeignKey {
        ForeignKey(columns: columns, table: table, referenced: columns)
    }
}
