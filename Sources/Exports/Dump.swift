// Writes research dumps: one CSV file per table, by COPY, read in one snapshot.

import Foundation
import Postgres
import Studies

/// A dump of one study.
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
        /// Rows per file, the header not counted.
        public let rows: [String: Int]
        /// Whether synthetic participants are in it.
        public let includesSynthetic: Bool
    }

    /// Writes the files into `folder`, which is made if it is missing. Each file appears whole or not at all.
    /// - Parameter includingSynthetic: synthetic participants are left out unless this is true or the study has only
    ///   them.
    /// - Throws: ``DumpError`` when a file cannot be written, `PostgresError`.
    public func write(to folder: URL, includingSynthetic: Bool) async throws -> Result {
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw DumpError.unwritable(folder.path(percentEncoded: false))
        }
        return try await database.transaction(isolation: .repeatableRead) { connection in
            let hasReal = try await connection.first(
                "SELECT EXISTS (SELECT FROM participants WHERE study_id = \(study.id) AND NOT synthetic)",
                as: Bool.self)
            let withSynthetic = includingSynthetic || hasReal == false
            var rows: [String: Int] = [:]
            for table in DumpTable.allCases {
                let query = table.query(study: study.id, includingSynthetic: withSynthetic)
                let target = folder.appending(path: "\(table.rawValue).csv")
                rows[table.rawValue] = try await DumpFile.write(
                    connection.copyOut("COPY (\(sql: query)) TO STDOUT WITH (FORMAT csv, HEADER)"), to: target)
            }
            return Result(rows: rows, includesSynthetic: withSynthetic)
        }
    }
}
