// Makes a dump for fetching, as a job.

import Foundation
import Postgres
import Studies

/// Carries out jobs of the kind `dump`: writes a zip file, and keeps it as a ``Download``.
public struct DumpJob: JobHandler {
    public static let kind = "dump"

    /// What is asked for.
    public struct Parameters: Codable, Sendable, Equatable {
        public var study: String
        public var formats: [DumpFormat]
        public var excel: Bool
        public var platformIDs: Bool
        public var synthetic: Bool
        /// The columns of the Habermas Machine data set, and training sets.
        public var comparisons: Bool
        public var trainingSets: Bool
        public var training: TrainingSetOptions
        /// The study file's if nil.
        public var licence: String?
        public var citation: String?
        /// A download of the same study; only what has changed since.
        public var since: UUID?
        /// The same, of a dump that is no download any more.
        public var sincePackage: PreviousDump?

        public init(study: String, formats: [DumpFormat]) {
            self.study = study
            self.formats = formats
            excel = false
            platformIDs = false
            synthetic = false
            comparisons = true
            trainingSets = true
            training = TrainingSetOptions()
        }
    }

    public let kind: String = DumpJob.kind
    let database: Database
    let downloads: Downloads
    let parquet: ParquetWriter?

    /// - Parameter parquet: nil where there is no Python environment for it.
    public init(database: Database, parquet: ParquetWriter?) {
        self.database = database
        self.parquet = parquet
        downloads = Downloads(database: database)
    }

    public func run(_ job: Job, progress: JobProgress) async throws -> any Encodable & Sendable {
        let parameters = try job.parameters(as: Parameters.self)
        let study = try await StudyCatalog(database: database).study(named: parameters.study)
        try await removeLeftovers(for: job)
        let folder = Self.folder(of: job.id)
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: folder) }
        let options = try await options(parameters, of: study, scratch: folder)
        let withdrawals = try await downloads.withdrawals(of: study.id, in: database)
        let file = folder.appending(path: "dump.zip")
        let result = try await Dump(of: study, in: database).write(to: file, options) { latest in
            progress.show(latest.done, of: latest.all, note: "Rows of \(latest.file): \(latest.rows)" + (latest.of.map { " of \($0)" } ?? ""))
        }
        return try await downloads.store(
            file, named: result.name + ".zip", platformIDs: parameters.platformIDs, of: study.id, for: job,
            withdrawals: withdrawals)
    }

    private static let folderPrefix = "concord-dump-"

    /// Where a job's files are while it runs.
    private static func folder(of job: UUID) -> URL {
        FileManager.default.temporaryDirectory.appending(path: folderPrefix + job.uuidString)
    }

    /// Removes what servers that were killed left on this machine: the folders of jobs of this database that are over, and that
    /// of `job`, which begins anew. Those of other databases may be in use.
    private func removeLeftovers(for job: Job) async throws {
        let names = await OffPool.run {
            (try? FileManager.default.contentsOfDirectory(atPath: FileManager.default.temporaryDirectory.path(percentEncoded: false))) ?? []
        }
        let left = names.filter { $0.hasPrefix(Self.folderPrefix) }.compactMap { UUID(uuidString: String($0.dropFirst(Self.folderPrefix.count))) }
        let over = try await database.query(
            """
            SELECT id FROM jobs WHERE id = ANY(\(left)) AND (id = \(job.id) OR state NOT IN ('waiting', 'running'))
            """, as: UUID.self)
        await OffPool.run {
            for id in over { try? FileManager.default.removeItem(at: Self.folder(of: id)) }
        }
    }

    private func options(_ parameters: Parameters, of study: Study, scratch: URL) async throws -> DumpOptions {
        var options = DumpOptions()
        options.formats = Set(parameters.formats)
        options.excel = parameters.excel
        options.platformIDs = parameters.platformIDs
        options.includingSynthetic = parameters.synthetic
        options.licence = parameters.licence
        options.citation = parameters.citation
        options.parquet = parquet
        if parameters.comparisons { options.parts.append(Comparisons()) }
        if parameters.trainingSets { options.parts.append(TrainingSets(parameters.training)) }
        options.since = parameters.sincePackage
        if let since = parameters.since {
            let file = scratch.appending(path: "since.zip")
            let download = try await downloads.download(since, of: study.id)
            _ = FileManager.default.createFile(atPath: file.path(percentEncoded: false), contents: nil)
            let handle = try FileHandle(forWritingTo: file)
            try await downloads.read(download, 0..<download.bytes) { part in
                try await OffPool.run { Result { try handle.write(contentsOf: part) } }.get()
            }
            try handle.close()
            options.since = try await PreviousDump.read(file)
        }
        return options
    }
}
