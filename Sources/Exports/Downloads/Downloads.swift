// Files for fetching, in the database.

import Crypto
import Foundation
import Postgres
import Studies

/// The files of a database that can be fetched.
public struct Downloads: Sendable {
    /// How long a file is kept, in days.
    static let days = 7
    /// How long a chunk is, in bytes; the last may be shorter.
    static let chunk = 1 << 20

    let database: Database

    public init(database: Database) {
        self.database = database
    }

    private static let columns: SQL = """
        d.id, d.name, d.bytes, encode(d.sha256, 'hex'), d.platform_ids, u.name, d.created_at, d.expires_at
        """

    /// The study's files, newest first.
    public func list(of studyID: UUID) async throws -> [Download] {
        try await database.query(
            """
            SELECT \(sql: Self.columns) FROM downloads d LEFT JOIN users u ON u.id = d.user_id
            WHERE d.study_id = \(studyID) AND d.expires_at > now() ORDER BY d.created_at DESC, d.id
            """, as: (UUID, String, Int64, String, Bool, String?, Date, Date).self
        ).map(Self.download)
    }

    /// A file of the study.
    /// - Throws: ``DownloadError/unknown``.
    public func download(_ id: UUID, of studyID: UUID) async throws -> Download {
        let row = try await database.first(
            """
            SELECT \(sql: Self.columns) FROM downloads d LEFT JOIN users u ON u.id = d.user_id
            WHERE d.study_id = \(studyID) AND d.id = \(id) AND d.expires_at > now()
            """, as: (UUID, String, Int64, String, Bool, String?, Date, Date).self)
        guard let row else { throw DownloadError.unknown }
        return Self.download(row)
    }

    private static func download(_ row: (UUID, String, Int64, String, Bool, String?, Date, Date)) -> Download {
        Download(
            id: row.0, name: row.1, bytes: row.2, sha256: row.3, platformIDs: row.4, user: row.5, createdAt: row.6,
            expiresAt: row.7)
    }

    /// Hands the bytes `range` of a file to `write`, chunk by chunk.
    /// - Throws: ``DownloadError/unknown`` when it goes meanwhile; what was written ends early then.
    public func read(
        _ download: Download, _ range: Range<Int64>, to write: (Data) async throws -> Void
    ) async throws {
        var position = range.lowerBound
        while position < range.upperBound {
            let number = position / Int64(Self.chunk)
            let content = try await database.first(
                "SELECT content FROM download_chunks WHERE download_id = \(download.id) AND number = \(Int32(number))",
                as: Data.self)
            guard let content else { throw DownloadError.unknown }
            let start = Int(position - number * Int64(Self.chunk))
            let length = min(content.count - start, Int(range.upperBound - position))
            guard length > 0 else { throw DownloadError.unknown }
            try await write(content.dropFirst(start).prefix(length))
            position += Int64(length)
        }
    }

    /// What has been taken out of the files of a study.
    struct Withdrawals: Sendable, Equatable {
        /// How many people have had their answers deleted, with the decisions about their texts.
        let erasures: Int
        /// How often a text was hidden that others could read.
        let hidings: Int
    }

    /// Those of the study, so far.
    func withdrawals(of studyID: UUID, in session: some PostgresSession) async throws -> Withdrawals {
        let counts = try await session.first(
            """
            SELECT (SELECT count(*) FROM erasures e JOIN participants p ON p.id = e.participant_id WHERE p.study_id = \(studyID)),
                   (SELECT count(*) FROM opinion_decisions d JOIN opinions o ON o.id = d.opinion_id JOIN groups g ON g.id = o.group_id
                    WHERE g.study_id = \(studyID) AND takes_back(d))
            """, as: (Int, Int).self)
        return Withdrawals(erasures: counts?.0 ?? 0, hidings: counts?.1 ?? 0)
    }

    /// Keeps the file at `url` for some days; those whose days are over go.
    /// - Parameter withdrawals: those of before the file was made.
    /// - Throws: ``DownloadError/withdrawnMeanwhile``.
    func store(
        _ url: URL, named name: String, platformIDs: Bool, of studyID: UUID, for job: Job, withdrawals: Withdrawals
    ) async throws -> Download {
        guard let file = FileHandle(forReadingAtPath: url.path(percentEncoded: false)) else { throw DownloadError.unknown }
        defer { try? file.close() }
        let id = UUID()
        // By itself: whoever withdraws something deletes from this table, and is waited for below.
        try await database.execute("DELETE FROM downloads WHERE expires_at < now() OR job_id = \(job.id)")
        return try await database.transaction(retries: 0) { connection in
            try await connection.execute(
                """
                INSERT INTO downloads (id, study_id, user_id, job_id, name, bytes, sha256, platform_ids, expires_at)
                SELECT \(id), \(studyID), user_id, id, \(name), 0, '', \(platformIDs), now() + make_interval(days => \(Int32(Self.days)))
                FROM jobs WHERE id = \(job.id)
                """)
            var hash = SHA256()
            var bytes: Int64 = 0
            var number: Int32 = 0
            while true {
                let part = try await OffPool.run { Result { try file.read(upToCount: Self.chunk) } }.get()
                guard let part, !part.isEmpty else { break }
                hash.update(data: part)
                bytes += Int64(part.count)
                try await connection.execute(
                    "INSERT INTO download_chunks (download_id, number, content) VALUES (\(id), \(number), \(part))")
                number += 1
            }
            // Nobody's answers can be deleted, and no text be hidden, between this and the commit, and then the file goes with
            // them. In the order in which an erasure takes them.
            try await connection.execute("LOCK TABLE opinion_decisions, erasures IN SHARE MODE")
            guard try await self.withdrawals(of: studyID, in: connection) == withdrawals else {
                throw DownloadError.withdrawnMeanwhile
            }
            try await connection.execute(
                "UPDATE downloads SET bytes = \(bytes), sha256 = \(Data(hash.finalize())) WHERE id = \(id)")
            let row = try await connection.first(
                """
                SELECT \(sql: Self.columns) FROM downloads d LEFT JOIN users u ON u.id = d.user_id WHERE d.id = \(id)
                """, as: (UUID, String, Int64, String, Bool, String?, Date, Date).self)
            guard let row else { throw DownloadError.unknown }
            return Self.download(row)
        }
    }
}
