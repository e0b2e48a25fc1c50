// One column of a table of a dump: the one place where its type and its meaning are said.

import Postgres

/// A column. `datapackage.json`, `codebook.md`, Parquet files and docs/data-dictionary.md are made from this.
struct Column: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        /// A UUID.
        case id
        /// A short text of ours: a name, a state.
        case text
        /// What a person or a model wrote.
        case words
        case integer
        case number
        /// `t` or `f`.
        case flag
        /// ISO 8601 in UTC with microseconds.
        case time
        /// A JSON list of texts.
        case list
        /// JSON.
        case json
    }

    /// Of which a column is there several times: its name has `<round>` or `<key>` in it, or both.
    enum Repeats: Sendable, Equatable {
        case perRound
        case perQuestion(survey: String)
    }

    let name: String
    let kind: Kind
    let meaning: String
    var isRequired = false
    /// The values there are; any if empty.
    var values: [String] = []
    var range: ClosedRange<Int>?
    var repeats: Repeats?

    static func id(_ name: String, _ meaning: String) -> Column { Column(name: name, kind: .id, meaning: meaning) }
    static func text(_ name: String, _ meaning: String, _ values: [String] = []) -> Column {
        Column(name: name, kind: .text, meaning: meaning, values: values)
    }
    static func words(_ name: String, _ meaning: String) -> Column { Column(name: name, kind: .words, meaning: meaning) }
    static func integer(_ name: String, _ meaning: String, _ range: ClosedRange<Int>? = nil) -> Column {
        Column(name: name, kind: .integer, meaning: meaning, range: range)
    }
    static func number(_ name: String, _ meaning: String) -> Column { Column(name: name, kind: .number, meaning: meaning) }
    static func flag(_ name: String, _ meaning: String) -> Column { Column(name: name, kind: .flag, meaning: meaning) }
    static func time(_ name: String, _ meaning: String) -> Column { Column(name: name, kind: .time, meaning: meaning) }
    static func list(_ name: String, _ meaning: String) -> Column { Column(name: name, kind: .list, meaning: meaning) }
    static func json(_ name: String, _ meaning: String) -> Column { Column(name: name, kind: .json, meaning: meaning) }

    /// The same, with a value in every row.
    var required: Column {
        var column = self
        column.isRequired = true
        return column
    }

    /// The same, once per round or question.
    func repeated(_ repeats: Repeats) -> Column {
        var column = self
        column.repeats = repeats
        return column
    }

    /// Agreement from 1 (strongly disagree) to 7 (strongly agree).
    static let agreement = integer("agreement", "1 (strongly disagree) … 4 (neutral) … 7 (strongly agree)", 1...7).required
    /// Quality from 1 (terrible) to 7 (excellent).
    static let quality = integer("quality", "1 (terrible) … 4 (neutral) … 7 (excellent)", 1...7).required

    var arrowType: ArrowType {
        switch kind {
        case .id, .text, .words, .json: .string
        case .integer: .integer
        case .number: .number
        case .flag: .boolean
        case .time: .timestamp
        case .list: .list(.string)
        }
    }

    /// The cell in a CSV file, of the column with this name in `t`.
    func csv(excel: Bool) -> SQL {
        let cell: SQL = "t.\(identifier: name)"
        switch kind {
        case .id, .integer, .flag: return cell
        // As Table Schema spells it.
        case .number: return "replace(\(sql: cell)::text, 'Infinity', 'INF')"
        case .time: return Self.time(cell)
        case .list: return "to_json(\(sql: cell))::text"
        case .json: return excel ? Self.harmless("\(sql: cell)::text") : "\(sql: cell)::text"
        case .text, .words: return excel ? Self.harmless(cell) : cell
        }
    }

    /// The value in JSON Lines.
    var jsonValue: SQL {
        let cell: SQL = "t.\(identifier: name)"
        return kind == .time ? Self.time(cell) : cell
    }

    /// What rows are put in order by: the same whatever the database's collation.
    var sortKey: SQL {
        switch kind {
        case .text, .words: "t.\(identifier: name) COLLATE \"C\""
        default: "t.\(identifier: name)"
        }
    }

    private static func time(_ cell: SQL) -> SQL {
        "to_char(\(sql: cell) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
    }

    /// A text that a spreadsheet takes for a text: one that begins like a formula gets an apostrophe before it.
    private static func harmless(_ cell: SQL) -> SQL {
        "CASE WHEN \(sql: cell) ~ E'^[=+@\\t\\r-]' THEN '''' || \(sql: cell) ELSE \(sql: cell) END"
    }
}
