// What the tables and columns of dumps mean, in words.

/// The codebook of a dump, and the tables of docs/data-dictionary.md, which are made from the same descriptions.
enum Codebook {
    /// Rows that a part of a dump wrote beside its tables.
    struct Part: Sendable {
        let name: String
        let meaning: String
        let fields: [ArrowField]
        let rows: Int
        /// The names of the files that have them, in one format each.
        let files: [String]
    }

    /// The codebook of one dump, in Markdown.
    static func text(of package: DataPackage, tables: [DumpTable], rows: [String: Int], parts: [Part]) -> String {
        let concord = package.concord
        var lines = [
            "# \(package.title)", "", package.description, "",
            "- Study: `\(concord.study)`", "- Dump: `\(package.name)`",
            "- Licence: \(package.licenses.map(\.title).joined(separator: ", "))", "- Citation: \(package.citation)",
            "- Simulated people: \(concord.includesSynthetic ? "included" : "left out")",
            "- Ids of recruitment platforms: \(concord.showsPlatformIDs ? "as they are" : "keyed pseudonyms")",
            "- \(withdrawn(concord.withdrawn))", "",
            formats(isForExcel: concord.isForExcel), "",
        ]
        for table in tables { lines += section(table, rows: rows[table.name]) }
        for part in parts { lines += section(part) }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The tables of docs/data-dictionary.md: every table and column there is.
    static func dictionary() -> String {
        (DumpTable.all + [.tombstones]).flatMap { section($0, rows: nil) }.joined(separator: "\n")
    }

    private static func withdrawn(_ people: Int) -> String {
        switch people {
        case 0: "Nobody had their answers deleted."
        case 1: "One person had their answers deleted, and is not in this dump."
        default: "\(people) people had their answers deleted, and are not in this dump."
        }
    }

    private static func formats(isForExcel: Bool) -> String {
        """
        Ids are UUIDs, and join across tables. In CSV files (UTF-8, a header line) an empty cell is a missing value, times are \
        ISO 8601 in UTC with microseconds, truth values are `t` and `f`, and lists are JSON.
        """ + (isForExcel ? " Texts that begin like a formula have an apostrophe before them." : "")
    }

    private static func section(_ table: DumpTable, rows: Int?) -> [String] {
        var lines = ["## \(table.name)", "", table.meaning]
        if let rows { lines.append("\(count(rows)).") }
        let key = table.key.map { "`\($0)`" }.joined(separator: ", ")
        let references = table.references.map { reference in
            let columns = zip(reference.columns, reference.referenced).map { $0 == $1 ? "`\($0)`" : "`\($0)` (`\($1)` there)" }
            return "\(columns.joined(separator: ", ")) in `\(reference.table)`"
        }
        lines += ["", "Key: \(key)." + (references.isEmpty ? "" : " Refers to: \(references.joined(separator: "; "))."), ""]
        lines += ["| column | type | meaning |", "| --- | --- | --- |"]
        lines += table.columns.map { column in
            "| `\(column.name)` | \(type(of: column)) | \(meaning(of: column)) |"
        }
        return lines + [""]
    }

    private static func section(_ part: Part) -> [String] {
        let files = part.files.map { "`\($0)`" }.joined(separator: " and ")
        let lines = [
            "## \(part.name)", "", part.meaning, "\(count(part.rows)), in \(files).", "",
            "| column | type | meaning |", "| --- | --- | --- |",
        ]
        return lines + part.fields.map { "| `\($0.name)` | \($0.type.words) | \(cell($0.description)) |" } + [""]
    }

    private static func count(_ rows: Int) -> String { "\(rows) row\(rows == 1 ? "" : "s")" }

    private static func type(of column: Column) -> String {
        let word =
            switch column.kind {
            case .id: "id"
            case .text: "text"
            case .words: "free text"
            case .integer: "integer"
            case .number: "number"
            case .flag: "true or false"
            case .time: "time"
            case .list: "list"
            case .json: "JSON"
            }
        return column.isRequired ? word : "\(word), may be missing"
    }

    private static func meaning(of column: Column) -> String {
        let values = column.values.map { "`\($0)`" }.joined(separator: ", ")
        let range = column.range.map { " (\($0.lowerBound) to \($0.upperBound))" } ?? ""
        let said = cell(column.meaning)
        return values.isEmpty ? said + (column.meaning.contains("…") ? "" : range) : "\(said); one of \(values)"
    }

    /// A text as a cell of a table.
    private static func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }
}
