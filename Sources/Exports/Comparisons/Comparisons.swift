// The tables in the scheme of the Habermas Machine data set, as a part of a dump.

/// Writes candidate_comparisons, position_statement_ratings and survey_responses: always as JSON Lines, and as Parquet too where
/// that is among the dump's formats.
public struct Comparisons: DumpPart {
    public init() {}

    public func expectedRows(from tables: [String: Int]) -> [String: Int] {
        // Whoever takes part in a round writes an opinion and gives a stance.
        [
            ComparisonTable.candidateComparisons.rawValue: tables["opinions"] ?? 0,
            ComparisonTable.positionStatementRatings.rawValue: tables["stances"] ?? 0,
        ]
    }

    public func write(with writer: DumpWriter) async throws {
        let formats: Set<DumpFormat> = writer.options.formats.contains(.parquet) ? [.jsonl, .parquet] : [.jsonl]
        for table in ComparisonTable.allCases {
            try await writer.rows(table.rawValue, table.meaning, fields: table.fields, as: formats) { file in
                try await file.copy(table.json(writer.scope), over: writer.connection)
            }
        }
    }
}
