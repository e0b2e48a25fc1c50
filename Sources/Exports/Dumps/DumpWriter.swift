// Writes the files of one dump, and keeps what its descriptor says of each.

import Foundation
import Postgres
import Studies

/// What tables and parts of a dump are written with. Used by one task at a time.
public final class DumpWriter {
    /// What has been written, and what is still to be made from it.
    struct Written: Sendable {
        var resources: [DataPackage.Resource] = []
        /// Rows per table or file, by name.
        var rows: [String: Int] = [:]
        var parquet: [(job: ParquetWriter.Job, resource: DataPackage.Resource)] = []
        /// What parts wrote as rows, for the codebook.
        var parts: [Codebook.Part] = []
    }

    /// The connection that sees the dump's snapshot, in a transaction that only reads.
    public let connection: Connection
    public let study: Study
    public let options: DumpOptions
    /// Whether simulated people are in the dump.
    public let includesSynthetic: Bool
    let scope: DumpScope
    let place: DumpPlace
    /// Rows per table or file, as far as they are known or expected beforehand.
    private let counted: [String: Int]
    /// Their sum: each format of a table is a pass of its own.
    private let all: Int
    private let onProgress: @Sendable (DumpProgress) -> Void
    private(set) var written = Written()
    private var done = 0

    init(
        connection: Connection, study: Study, options: DumpOptions, scope: DumpScope, place: DumpPlace, tables: [String: Int],
        onProgress: @escaping @Sendable (DumpProgress) -> Void
    ) {
        self.connection = connection
        self.study = study
        self.options = options
        self.includesSynthetic = scope.includesSynthetic
        self.scope = scope
        self.place = place
        let parts = options.parts.map { $0.expectedRows(from: tables) }.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
        counted = tables.merging(parts, uniquingKeysWith: +)
        let isShared = options.formats.contains(.csv) && !options.excel && place.path(of: "") != nil
        let passes = options.formats.subtracting([.parquet]).count + (options.formats.contains(.parquet) && !isShared ? 1 : 0)
        all = tables.values.reduce(0, +) * passes + parts.values.reduce(0, +)
        self.onProgress = onProgress
    }

    // MARK: Files of parts

    /// Writes a file of one's own kind.
    /// - Parameters:
    ///   - path: its name in the dump.
    ///   - description: what it is, in a sentence.
    ///   - mediaType: such as `text/markdown`.
    ///   - body: writes it.
    public func file(
        _ path: String, _ description: String, mediaType: String, body: (DumpFile) async throws -> Void
    ) async throws {
        let file = DumpFile([try place.file(path)])
        let facts = try await finished(file, body)
        written.resources.append(
            resource(path, description, mediaType: mediaType, facts[0], rows: file.rows > 0 ? file.rows : nil))
    }

    /// Writes rows as JSON Lines, as Parquet, or both.
    /// - Parameters:
    ///   - name: the file's name without an ending.
    ///   - fields: every key that rows may have, with its type: the schema of the Parquet file.
    ///   - formats: `jsonl` and `parquet`.
    ///   - body: appends the rows, once.
    /// - Throws: ``DumpError``, `PostgresError`, and what `body` throws.
    public func rows(
        _ name: String, _ description: String, fields: [ArrowField], as formats: Set<DumpFormat> = [.jsonl, .parquet],
        body: (DumpFile) async throws -> Void
    ) async throws {
        let isKept = formats.contains(.jsonl), isConverted = formats.contains(.parquet)
        var outputs: [OutputFile] = [], source = place.path(of: "\(name).jsonl")
        if isKept { outputs.append(try place.file("\(name).jsonl")) }
        if isConverted && (!isKept || source == nil) {
            let scratch = place.scratch.appending(path: "\(name).jsonl")
            outputs.append(OutputFile(try PlainFile(scratch)))
            source = scratch
        }
        let file = DumpFile(outputs) { [self] rows in show(name, rows) }
        let facts = try await finished(file, body)
        written.rows[name] = file.rows
        written.parts.append(
            Codebook.Part(
                name: name, meaning: description, fields: fields, rows: file.rows,
                files: DumpFormat.allCases.filter(formats.contains).map { "\(name).\($0.rawValue)" }))
        ended(name, file.rows)
        if isKept {
            written.resources.append(
                resource("\(name).jsonl", description, mediaType: DumpFormat.jsonl.mediaType, facts[0], rows: file.rows))
        }
        if isConverted, let source {
            convert(name, description, source: source, format: .jsonl, fields: fields, rows: file.rows, schema: nil, isFirst: !isKept)
        }
    }

    // MARK: Tables

    /// Writes a table in the formats that were asked for.
    func table(_ table: DumpTable) async throws {
        let formats = DumpFormat.allCases.filter(options.formats.contains)
        let schema = DataPackage.Schema(table, hasReferences: options.since == nil)
        var csv: URL?
        for format in formats {
            // The others refer to none: references are by the names of the first.
            var shown = schema
            if format != formats.first { shown.foreignKeys = nil }
            switch format {
            case .csv, .jsonl:
                let path = "\(table.name).\(format.rawValue)"
                let file = DumpFile([try place.file(path)]) { [self] rows in show(table.name, rows) }
                let facts = try await finished(file) { file in
                    if format == .csv {
                        try await copyCSV(table, excel: options.excel, to: file)
                    } else {
                        try await file.copy(table.json(scope), over: connection)
                    }
                }
                if format == .csv && !options.excel { csv = place.path(of: path) }
                written.rows[table.name] = file.rows
                ended(table.name, file.rows)
                var described = resource(
                    path, table.meaning, mediaType: format.mediaType, facts[0], rows: file.rows, isFirst: format == formats.first)
                described.schema = shown
                if format == .csv {
                    described.profile = "tabular-data-resource"
                    described.encoding = options.excel ? "utf-8-sig" : "utf-8"
                }
                written.resources.append(described)
            case .parquet:
                let source: URL
                if let csv {
                    source = csv
                } else {
                    source = place.scratch.appending(path: "\(table.name).csv")
                    let file = DumpFile([OutputFile(try PlainFile(source))]) { [self] rows in show(table.name, rows) }
                    _ = try await finished(file) { try await copyCSV(table, excel: false, to: $0) }
                    written.rows[table.name] = file.rows
                    ended(table.name, file.rows)
                }
                convert(
                    table.name, table.meaning, source: source, format: .csv, fields: table.arrowFields,
                    rows: written.rows[table.name] ?? 0, schema: shown, isFirst: format == formats.first)
            }
        }
    }

    private func copyCSV(_ table: DumpTable, excel: Bool, to file: DumpFile) async throws {
        // PostgreSQL would cut long names in a header of its own.
        let header = table.columns.map { $0.name.contains(",") ? "\"\($0.name)\"" : $0.name }.joined(separator: ",")
        try await file.write("\(excel ? "\u{FEFF}" : "")\(header)\n")
        try await file.copy(
            statement: "COPY (\(sql: table.csv(scope, excel: excel))) TO STDOUT WITH (FORMAT csv)", over: connection)
    }

    private func convert(
        _ name: String, _ description: String, source: URL, format: DumpFormat, fields: [ArrowField], rows: Int,
        schema: DataPackage.Schema?, isFirst: Bool
    ) {
        let target = place.scratch.appending(path: "\(name).parquet").path(percentEncoded: false)
        var described = resource(
            "\(name).parquet", description, mediaType: DumpFormat.parquet.mediaType, OutputFile.Facts(bytes: 0, sha256: ""),
            rows: rows, isFirst: isFirst)
        described.schema = schema
        written.parquet.append(
            (
                ParquetWriter.Job(
                    source: source.path(percentEncoded: false), format: format.rawValue, target: target, fields: fields),
                described
            ))
    }

    // MARK: What is said of files

    private func resource(
        _ path: String, _ description: String, mediaType: String, _ facts: OutputFile.Facts, rows: Int?, isFirst: Bool = true
    ) -> DataPackage.Resource {
        let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
        let format = parts.count > 1 ? parts[1] : ""
        let name = (isFirst ? parts[0] : parts.joined(separator: "_")).lowercased()
        return DataPackage.Resource(
            name: written.resources.contains { $0.name == name } ? "\(name)_\(format)" : name,
            type: format == "csv" ? "table" : "file", path: path, description: description, format: format,
            mediatype: mediaType, bytes: facts.bytes, hash: "sha256:\(facts.sha256)", rows: format == "csv" ? rows : nil,
            records: format == "csv" ? nil : rows)
    }

    private func finished(
        _ file: DumpFile, _ body: (DumpFile) async throws -> Void
    ) async throws -> [OutputFile.Facts] {
        do {
            try await body(file)
            return try await file.finish()
        } catch {
            await file.abandon()
            throw error
        }
    }

    /// Of files that have more rows than were expected, the rows are shown by themselves.
    private func show(_ name: String, _ rows: Int) {
        let expected = counted[name] ?? 0
        onProgress(
            DumpProgress(
                file: name, rows: rows, of: rows <= expected ? expected : nil, done: done + min(rows, expected), all: all))
    }

    private func ended(_ name: String, _ rows: Int) {
        done += counted[name] ?? 0
        onProgress(DumpProgress(file: name, rows: rows, of: rows, done: done, all: all))
    }
}
