// Files that wait for an admin's yes.

import Foundation
import Postgres

/// The imports of a database that have been looked at and not yet agreed to.
public struct QuestionImports: Sendable {
    let database: Database

    public init(database: Database) {
        self.database = database
    }

    /// Compares a file with the newest version of a set, which may be new. Nothing is stored. That a file cannot be read is
    /// a problem of its first row.
    public func preview(
        _ text: String, _ format: QuestionFormat, for set: String, keeps: Bool
    ) async throws -> QuestionImportPreview {
        guard Name.isValid(set) else { throw StudyError.badName(set) }
        let file = Self.file(text, format)
        let (base, present) = try await Self.present(set, in: database)
        // Thousands of questions are compared with each other.
        return await OffPool.run { QuestionImport(file, keeps: keeps).preview(of: set, base: base, present: present) }
    }

    /// Keeps a file until somebody agrees, for a day.
    /// - Returns: its id, and what it would do.
    /// - Throws: ``StudyError/badName(_:)``.
    public func look(
        at text: String, named fileName: String, _ format: QuestionFormat, for set: String, keeps: Bool,
        by actor: AuditLog.Actor
    ) async throws -> (id: UUID, preview: QuestionImportPreview) {
        let preview = try await preview(text, format, for: set, keeps: keeps)
        try await database.execute("DELETE FROM question_imports WHERE created_at < now() - interval '1 day'")
        guard
            let id = try await database.first(
                """
                INSERT INTO question_imports (set_name, file_name, format, text, keeps, base, made_by)
                VALUES (\(set), \(String(fileName.prefix(200))), \(format.rawValue), \(text), \(keeps), \(Int32(preview.base)),
                        \(actor.user?.name))
                RETURNING id
                """, as: UUID.self)
        else { throw QuestionSetError.unknownImport }
        return (id, preview)
    }

    /// Imports a file that waited.
    /// - Parameter leavingOut: whether rows with problems are left out; else a file with any is refused.
    /// - Returns: the set, the version that has the questions, and whether that is new.
    /// - Throws: ``QuestionSetError``; nothing has then been changed.
    public func agree(
        to id: UUID, leavingOut: Bool, by actor: AuditLog.Actor
    ) async throws -> (set: String, version: Int, isNew: Bool) {
        try await database.transaction { connection in
            guard
                let row = try await connection.first(
                    """
                    DELETE FROM question_imports WHERE id = \(id)
                    RETURNING set_name, file_name, format, text, keeps, base
                    """,
                    as: (String, String, String, String, Bool, Int).self),
                let format = QuestionFormat(rawValue: row.2)
            else { throw QuestionSetError.unknownImport }
            let file = Self.file(row.3, format)
            let stored = try await Self.store(
                QuestionImport(file, keeps: row.4), as: row.0, knowing: row.5, from: row.1, leavingOut: leavingOut,
                by: actor, in: connection)
            return (row.0, stored.version, stored.isNew)
        }
    }

    /// Imports a file at once.
    public func store(
        _ wanted: QuestionImport, as set: String, from fileName: String, leavingOut: Bool,
        by actor: AuditLog.Actor = .commandLine
    ) async throws -> (version: Int, isNew: Bool) {
        guard Name.isValid(set) else { throw StudyError.badName(set) }
        return try await database.transaction { connection in
            try await Self.store(
                wanted, as: set, knowing: nil, from: fileName, leavingOut: leavingOut, by: actor, in: connection)
        }
    }

    private static func store(
        _ wanted: QuestionImport, as set: String, knowing base: Int?, from fileName: String, leavingOut: Bool,
        by actor: AuditLog.Actor, in connection: Connection
    ) async throws -> (version: Int, isNew: Bool) {
        guard !wanted.file.questions.isEmpty else { throw QuestionSetError.nothingToImport }
        let rows = Set(wanted.file.problems.map(\.row)).count
        guard leavingOut || rows == 0 else { throw QuestionSetError.importHasProblems(count: rows) }
        try await connection.execute("INSERT INTO question_sets (name) VALUES (\(set)) ON CONFLICT (name) DO NOTHING")
        let note = "Imported \(wanted.file.questions.count) questions from \(fileName)."
        return try await QuestionSets.change(
            set, .init("import", note, ["file": fileName]), knowing: base, by: actor, in: connection
        ) { $0 = wanted.result(over: $0) }
    }

    private static func file(_ text: String, _ format: QuestionFormat) -> QuestionFile {
        do {
            return try QuestionFile(text, format)
        } catch {
            return QuestionFile(unreadable: error)
        }
    }

    /// The newest version of a set and its questions; 0 and none where it is new.
    private static func present(_ set: String, in session: some PostgresSession) async throws -> (Int, [Question]) {
        do {
            let row = try await QuestionSets.row(of: set, nil, in: session)
            return (row.version, try await QuestionSets.questions(ofVersion: row.id, in: session))
        } catch StudyError.unknownQuestionSet {
            return (0, [])
        }
    }
}
