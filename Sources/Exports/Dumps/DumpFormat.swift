// The formats of a dump's tables.

/// A format that tables are written in.
public enum DumpFormat: String, Codable, Sendable, CaseIterable {
    case csv, jsonl, parquet

    var mediaType: String {
        switch self {
        case .csv: "text/csv"
        case .jsonl: "application/jsonl"
        case .parquet: "application/vnd.apache.parquet"
        }
    }
}
