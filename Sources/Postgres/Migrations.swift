// Brings a database up to a folder of SQL files.

import CLibPQ
import Crypto
import Foundation

/// The files `0001_what.sql`, `0002_….sql`, … of a folder. They are applied in the order of their numbers, each in a
/// transaction of its own, and never edited once applied: table `schema_migrations` keeps their SHA-256.
public struct Migrations: Sendable {
    private struct File: Sendable {
        let name: String
        let text: String
        let checksum: String
    }

    /// Any number will do, as long as all programs that migrate a database use the same.
    private static let lockKey = 7_246_120_015_211_006

    private let files: [File]

    /// The names of the files, in order.
    public var names: [String] { files.map(\.name) }

    /// Reads a folder. Throws ``MigrationError``.
    public init(folder: URL) throws {
        guard let entries = try? FileManager.default.contentsOfDirectory(atPath: folder.path) else {
            throw MigrationError.unreadable(folder.path)
        }
        var numbers: [Int: String] = [:]
        for name in entries where name.hasSuffix(".sql") {
            guard let match = name.wholeMatch(of: /([0-9]{4,9})_[A-Za-z0-9_.-]+\.sql/), let number = Int(match.1),
                numbers.updateValue(name, forKey: number) == nil
            else { throw MigrationError.badName(name) }
        }
        files = try numbers.sorted { $0.key < $1.key }.map { _, name in
            let path = folder.appendingPathComponent(name)
            guard let data = try? Data(contentsOf: path), let text = String(data: data, encoding: .utf8) else {
                throw MigrationError.unreadable(path.path)
            }
            return File(name: name, text: text, checksum: Hexadecimal.text(SHA256.hash(data: data)))
        }
    }

    /// How the database stands to the files. Changes nothing. Throws ``PostgresError``, and
    /// ``MigrationError/outOfOrder(_:)``.
    public func status(in database: Database) async throws -> MigrationStatus {
        try status(try await applied(in: database))
    }

    /// Applies what is pending; gives the names applied. Programs that do so at the same time wait for each other, and
    /// the later ones find nothing left to do. Throws ``MigrationError`` or ``PostgresError``; the files before a
    /// failed one stay applied.
    @discardableResult
    public func apply(to database: Database) async throws -> [String] {
        try await database.withConnection { connection in
            // Held by the session, not by a transaction: it spans those of all files.
            try await connection.execute("SELECT pg_advisory_lock(\(Self.lockKey))")
            do {
                let names = try await applyPending(connection)
                try await unlock(connection)
                return names
            } catch {
                try? await unlock(connection)
                throw error
            }
        }
    }

    private func unlock(_ connection: Connection) async throws {
        let sql: SQL = "SELECT pg_advisory_unlock(\(Self.lockKey))"
        // Also in a cancelled task: the connection goes back to the pool.
        _ = try await connection.held().run(sql, cancellable: false)
    }

    private func applyPending(_ connection: Connection) async throws -> [String] {
        switch try status(try await applied(in: connection)) {
        case .current: return []
        case .newerDatabase(let names): throw MigrationError.newerDatabase(names)
        case .edited(let names): throw MigrationError.edited(names)
        case .pending(let names):
            try await connection.execute(
                """
                CREATE TABLE IF NOT EXISTS schema_migrations (
                    name text PRIMARY KEY,
                    checksum text NOT NULL,
                    applied_at timestamptz NOT NULL DEFAULT now()
                )
                """)
            for file in files where names.contains(file.name) { try await apply(file, connection) }
            return names
        }
    }

    private func apply(_ file: File, _ connection: Connection) async throws {
        try await connection.execute("BEGIN")
        do {
            try await connection.script(file.text)
            guard await connection.link.transactionStatus == PQTRANS_INTRANS else {
                throw MigrationError.endsTransaction(file.name)
            }
            try await connection.execute(
                "INSERT INTO schema_migrations (name, checksum) VALUES (\(file.name), \(file.checksum))")
            try await connection.execute("COMMIT")
        } catch {
            _ = try? await connection.held().run("ROLLBACK", cancellable: false)
            if let error = error as? PostgresError { throw MigrationError.failed(file.name, error) }
            throw error
        }
    }

    private func applied(in session: some PostgresSession) async throws -> [String: String] {
        let table = try await session.first("SELECT to_regclass('schema_migrations') IS NOT NULL", as: Bool.self)
        guard table == true else { return [:] }
        let rows = try await session.query("SELECT name, checksum FROM schema_migrations", as: (String, String).self)
        return Dictionary(uniqueKeysWithValues: rows)
    }

    private func status(_ applied: [String: String]) throws(MigrationError) -> MigrationStatus {
        let unknown = Set(applied.keys).subtracting(names).sorted()
        if !unknown.isEmpty { return .newerDatabase(unknown) }
        let edited = files.filter { file in applied[file.name].map { $0 != file.checksum } ?? false }
        if !edited.isEmpty { return .edited(edited.map(\.name)) }
        let pending = files.filter { applied[$0.name] == nil }.map(\.name)
        if pending.isEmpty { return .current }
        // In order of number, the pending ones must be the last.
        let late = files.prefix(applied.count).map(\.name).filter { applied[$0] == nil }
        guard late.isEmpty else { throw .outOfOrder(late) }
        return .pending(pending)
    }
}
