// Writes research dumps: one file per table and format, by COPY, read in one snapshot.

import Foundation
import Postgres
import Studies

/// A dump of one study: a Frictionless Data Package in a folder or a zip file.
public struct Dump: Sendable {
    let database: Database
    let study: Study

    /// - Parameter study: the study to dump, whatever its state.
    public init(of study: Study, in database: Database) {
        self.study = study
        self.database = database
    }

    /// What a dump holds.
    public struct Result: Codable, Sendable {
        /// The study's name and what the dump saw of it: the same for the same state of the study.
        public let name: String
        /// For what changed since another dump: that one's name.
        public let since: String?
        /// Rows per table, the header not counted.
        public let rows: [String: Int]
        /// Whether synthetic participants are in it.
        public let includesSynthetic: Bool
        /// People who had their answers deleted, and are not in it.
        public let withdrawn: Int
    }

    /// Writes the dump, in one snapshot of the database whatever goes on meanwhile.
    ///
    /// A folder's `datapackage.json`, and a zip file as a whole, appear last: what was cut off cannot pass for a dump.
    /// - Parameters:
    ///   - url: a folder, which is made if it is missing, or a file whose name ends in `.zip`.
    ///   - onProgress: called every ten thousand rows, and at the end of each table.
    /// - Throws: ``DumpError``, `PostgresError`, `CancellationError`.
    @discardableResult
    public func write(
        to url: URL, _ options: DumpOptions = DumpOptions(),
        onProgress: @escaping @Sendable (DumpProgress) -> Void = { _ in }
    ) async throws -> Result {
        guard !options.formats.contains(.parquet) || options.parquet != nil else { throw DumpError.noParquetWriter }
        try options.since?.check(isOf: study)
        let place = try await OffPool.run { Swift.Result { try DumpPlace.prepare(url) } }.get()
        do {
            let result = try await write(to: place, options, onProgress: onProgress)
            try await OffPool.run { Swift.Result { try place.finish() } }.get()
            return result
        } catch {
            await OffPool.run { place.abandon() }
            throw error
        }
    }

    /// The queries of the CSV files, by table in the order in which they are written, as psql takes them.
    public func queries(_ options: DumpOptions = DumpOptions()) async throws -> [(table: String, query: String)] {
        let view = try await database.transaction(isolation: .repeatableRead, retries: 0) { connection in
            try await StudyView.read(of: study, for: options, over: connection)
        }
        return try view.tables.map { ($0.name, try $0.csv(view.scope, excel: options.excel).withLiterals()) }
    }

    private func write(
        to place: DumpPlace, _ options: DumpOptions, onProgress: @escaping @Sendable (DumpProgress) -> Void
    ) async throws -> Result {
        var (written, view) = try await database.transaction(isolation: .repeatableRead, retries: 0) { connection in
            // Sorts in memory where a session's own setting would go to disk; compiling takes longer than it saves.
            try await connection.script("SET TRANSACTION READ ONLY; SET LOCAL work_mem = '48MB'; SET LOCAL jit = off")
            let view = try await StudyView.read(of: study, for: options, over: connection)
            let writer = DumpWriter(
                connection: connection, study: study, options: options, scope: view.scope, place: place, tables: view.counts,
                onProgress: onProgress)
            for table in DumpTable.all { try await writer.table(table.expanded(for: view.scope.shape)) }
            if view.scope.changes != nil { try await writer.table(.tombstones) }
            for part in options.parts { try await part.write(with: writer) }
            return (writer.written, view)
        }
        try await convert(&written, in: place, with: options.parquet, onProgress: onProgress)
        let package = package(of: view, options)
        let codebook = try place.file("codebook.md")
        try await codebook.write(Codebook.text(of: package, tables: view.tables, rows: written.rows, parts: written.parts))
        let facts = try await codebook.finish()
        written.resources.append(
            DataPackage.Resource(
                name: "codebook", type: "file", path: "codebook.md", description: "What every table and column means, in words.",
                format: "md", mediatype: "text/markdown", bytes: facts.bytes, hash: "sha256:\(facts.sha256)"))
        var whole = package
        whole.resources = written.resources
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let descriptor = try place.file(DumpPlace.descriptor)
        try await descriptor.write(try encoder.encode(whole))
        try await descriptor.write("\n")
        _ = try await descriptor.finish()
        return Result(
            name: package.name, since: package.concord.since, rows: written.rows,
            includesSynthetic: view.scope.includesSynthetic, withdrawn: view.withdrawn)
    }

    /// Makes the Parquet files from what was written, when the snapshot is no longer needed.
    private func convert(
        _ written: inout DumpWriter.Written, in place: DumpPlace, with writer: ParquetWriter?,
        onProgress: @escaping @Sendable (DumpProgress) -> Void
    ) async throws {
        guard let writer, !written.parquet.isEmpty else { return }
        let made = written.parquet.map(\.resource), all = written.rows.values.reduce(0, +)
        try await writer.write(written.parquet.map(\.job), scratch: place.scratch) { number in
            guard made.indices.contains(number - 1) else { return }
            let rows = made[number - 1].records ?? 0
            onProgress(DumpProgress(file: made[number - 1].path, rows: rows, of: rows, done: all, all: all))
        }
        for (job, resource) in written.parquet {
            let output = try place.file(resource.path, isCompressed: false)
            do {
                try await Self.append(job.target, to: output)
                let facts = try await output.finish()
                var described = DataPackage.Resource(
                    name: resource.name, type: resource.type, path: resource.path, description: resource.description,
                    format: resource.format, mediatype: resource.mediatype, bytes: facts.bytes, hash: "sha256:\(facts.sha256)",
                    records: resource.records)
                described.schema = resource.schema
                written.resources.append(described)
            } catch {
                await output.abandon()
                throw error
            }
            try? FileManager.default.removeItem(atPath: job.target)
        }
    }

    private static func append(_ path: String, to output: OutputFile) async throws {
        guard let source = FileHandle(forReadingAtPath: path) else { throw DumpError.unreadable(path, "it is not there") }
        while true {
            let part = try await OffPool.run { Swift.Result { try source.read(upToCount: 1 << 20) } }.get()
            guard let part, !part.isEmpty else { return }
            try await output.write(part)
        }
    }

    private func package(of view: StudyView, _ options: DumpOptions) -> DataPackage {
        let settings = study.settings
        let name = view.name(of: settings.name), since = options.since
        let licence = options.licence ?? settings.publication?.licence
        let people = view.scope.includesSynthetic ? ", simulated people among them" : ""
        return DataPackage(
            profile: "data-package",
            name: since.map { "\(name)-since-\(Snapshot($0.concord.snapshot)?.name ?? $0.name)" } ?? name,
            title: settings.title,
            description: since.map {
                """
                What has changed in the study \(settings.name) since the dump \($0.name)\(people). To bring that dump up to date, \
                delete the rows that tombstones names, then put the rows of each table in the place of those with the same \
                primary key.
                """
            } ?? "Everything that was collected in the study \(settings.name)\(people). codebook.md says what every column means.",
            licenses: [DataPackage.License(named: licence)],
            citation: options.citation ?? settings.publication?.citation
                ?? "\(settings.title). Study \(settings.name), dump \(name), collected with Concord.",
            concord: DataPackage.Concord(
                study: settings.name, studyID: study.id.uuidString.lowercased(),
                lineage: view.lineage.uuidString.lowercased(), snapshot: view.snapshot.text, since: since?.name,
                sinceSnapshot: since?.concord.snapshot, includesSynthetic: view.scope.includesSynthetic,
                showsPlatformIDs: options.platformIDs, isForExcel: options.excel, withdrawn: view.withdrawn),
            resources: [])
    }
}

extension DataPackage.License {
    /// A licence by its name at SPDX, or in words; all rights reserved where there is none.
    init(named licence: String?) {
        switch licence {
        case nil: self.init(name: "other-closed", title: "All rights reserved; ask whoever ran the study")
        case let name? where name.wholeMatch(of: /[A-Za-z0-9._-]+/) != nil:
            self.init(name: name, title: name, path: "https://spdx.org/licenses/\(name).html")
        case let words?: self.init(name: "other-open", title: words)
        }
    }
}
