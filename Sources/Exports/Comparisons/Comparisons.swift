// The tables in the scheme of the Habermas Machine data set, as a part of a dump.

/// Writes candidate_comparisons, position_statement_ratings and survey_responses, as JSON Lines, and as Parquet where the
/// dump has a writer for it.
public struct Comparisons: DumpPart {
    public init() {}

    public func write(with writer: DumpWriter) async throws {
        let formats: Set<DumpFormat> = writer.options.parquet == nil ? [.jsonl] : [.jsonl, .parquet]
        for table in ComparisonTable.allCases {
            try await writer.rows(table.rawValue, table.meaning, fields: table.fields, as: formats) { file in
                try await file.copy(table.json(writer.scope), over: writer.connection)
            }
        }
    }
}
