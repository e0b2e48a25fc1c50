// How a dump is made.

/// What a dump holds, and in which form.
public struct DumpOptions: Sendable {
    /// At least one.
    public var formats: Set<DumpFormat> = [.csv]
    /// CSV files for spreadsheets: UTF-8 with a byte order mark, and texts that begin like a formula made harmless.
    public var excel = false
    /// Whether ids of recruitment platforms are shown as they are, not as pseudonyms.
    public var platformIDs = false
    /// Simulated people are left out unless this is true or the study has only them.
    public var includingSynthetic = false
    /// Only what has changed since this dump, and what was removed.
    public var since: PreviousDump?
    /// An SPDX name such as `CC-BY-4.0`, or words; the study file's if nil.
    public var licence: String?
    /// How to cite the data; the study file's if nil.
    public var citation: String?
    /// Needed for ``DumpFormat/parquet``.
    public var parquet: ParquetWriter?
    /// Files beside the tables.
    public var parts: [any DumpPart] = []

    public init() {}
}
