// A table of a dump: what it is, its columns, and the SQL that fills it.

import Postgres

/// One table. The tables themselves are in the files `Tables+….swift`.
struct DumpTable: Sendable {
    let name: String
    /// What a row is, in a sentence or two.
    let meaning: String
    let columns: [Column]
    /// The columns that no two rows share.
    let key: [String]
    var references: [ForeignKey] = []
    /// The columns that rows are in order by; the key comes after them.
    var order: [String] = []
    /// The rows, with a column of each name, and types that ``Column`` can show.
    let rows: @Sendable (DumpScope) -> SQL

    /// Every table, in the order in which they are written.
    static let all: [DumpTable] = [
        .participants, .groups, .memberships, .questions, .conditions, .rounds, .stances, .opinions, .opinionRatings,
        .generations, .candidates, .predictions, .statements, .ratings, .attentionChecks, .surveyAnswers,
        .comprehensionTries, .participantAttributes, .flags, .payments, .answerTimes, .extensions, .events,
        .participantsWide,
    ]

    /// The table with its repeated columns written out.
    func expanded(for shape: StudyShape) -> DumpTable {
        DumpTable(
            name: name, meaning: meaning, columns: columns.flatMap(shape.expand), key: key, references: references,
            order: order, rows: rows)
    }

    private func ordered(_ scope: DumpScope) -> SQL {
        let keys = (order + key.filter { !order.contains($0) }).compactMap { name in
            columns.first { $0.name == name }?.sortKey
        }
        return "FROM (\(sql: rows(scope))) AS t ORDER BY \(sql: keys.joined())"
    }

    /// The query of the CSV file.
    func csv(_ scope: DumpScope, excel: Bool) -> SQL {
        let cells = columns.map { "\(sql: $0.csv(excel: excel)) AS \(identifier: $0.name)" as SQL }
        return "SELECT \(sql: cells.joined()) \(sql: ordered(scope))"
    }

    /// The query of JSON Lines: one column, a JSON object.
    func json(_ scope: DumpScope) -> SQL {
        let cells = columns.map { "\(sql: $0.jsonValue) AS \(identifier: $0.name)" as SQL }
        // The order is that of the inner query, which nothing above it changes.
        return "SELECT row_to_json(u) FROM (SELECT \(sql: cells.joined()) \(sql: ordered(scope))) AS u"
    }

    var arrowFields: [ArrowField] { columns.map { ArrowField($0.name, $0.arrowType, $0.meaning) } }
}
