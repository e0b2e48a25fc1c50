// Studies in the database: made from files, listed, opened, paused, closed.

import Foundation
import Postgres

/// The studies of a database.
public struct StudyCatalog: Sendable {
    let database: Database

    public init(database: Database) {
        self.database = database
    }

    /// Makes a draft study from a study file, over the newest version of its question set. It is shared with the user who
    /// makes it.
    /// - Parameter actor: who makes it, for the log; nothing is logged without.
    /// - Throws: ``StudyError`` when the name is taken, or the question set is unknown or too small.
    @discardableResult
    public func create(_ file: StudyFile, by actor: AuditLog.Actor? = nil) async throws -> Study {
        let settings = file.settings
        return try await database.transaction { connection in
            let questions = try await Self.questions(for: settings, in: connection)
            try await Self.checkExclusions(of: settings, after: nil, by: actor?.user, in: connection)
            guard
                let studyID = try await connection.first(
                    """
                    INSERT INTO studies (name, seed) VALUES (\(settings.name), \(Int64.random(in: 0...Int64.max)))
                    ON CONFLICT (name) DO NOTHING RETURNING id
                    """, as: UUID.self)
            else { throw StudyError.studyExists(settings.name) }
            let versionID = try await Self.addVersion(1, of: studyID, file, questions, by: actor?.user, in: connection)
            if let user = actor?.user {
                try await connection.execute(
                    "INSERT INTO study_users (study_id, user_id, shared_by) VALUES (\(studyID), \(user.id), \(user.id))")
            }
            if let actor { try await AuditLog.record("study.create", by: actor, study: studyID, in: connection) }
            return Study(id: studyID, versionID: versionID, version: 1, state: .draft, settings: settings)
        }
    }

    /// Makes a new version of the study `name` from a study file, over the newest version of its question set. An open
    /// or paused study goes on with the version it has until it is paused and opened again; people who are in it keep
    /// theirs to the end. The same text again adds nothing.
    /// - Parameters:
    ///   - base: the version that was changed; any if nil.
    ///   - actor: who makes it, for the log; nothing is logged without.
    /// - Returns: the newest version's number, and whether people who come now get it.
    /// - Throws: ``StudyError`` when there is no such study, when it is closed, when the file is of another study, or when
    ///   somebody has made a version since.
    public func edit(
        _ name: String, with file: StudyFile, base: Int? = nil, by actor: AuditLog.Actor? = nil
    ) async throws -> (version: Int, isRunning: Bool) {
        guard file.settings.name == name else { throw StudyError.otherName(study: name, file: file.settings.name) }
        return try await database.transaction { connection in
            let row = try await connection.first(
                "SELECT id, state FROM studies WHERE name = \(name) FOR UPDATE", as: (UUID, String).self)
            guard let row, let state = StudyState(rawValue: row.1) else { throw StudyError.unknownStudy(name) }
            guard state != .closed else { throw StudyError.notOpen(.closed) }
            let questions = try await Self.questions(for: file.settings, in: connection)
            let newest = try await connection.first(
                """
                SELECT v.version, v.id = s.running_version_id OR s.running_version_id IS NULL,
                       v.file = \(file.text) AND v.question_set_version_id = \(questions)
                FROM study_versions v JOIN studies s ON s.id = v.study_id
                WHERE v.study_id = \(row.0) ORDER BY v.version DESC LIMIT 1
                """, as: (Int32, Bool, Bool).self)
            if let newest, newest.2 { return (Int(newest.0), newest.1) }
            if let base, let newest, base != Int(newest.0) { throw StudyError.newerVersion(Int(newest.0)) }
            try await Self.checkExclusions(of: file.settings, after: row.0, by: actor?.user, in: connection)
            let version = (newest?.0 ?? 0) + 1
            _ = try await Self.addVersion(version, of: row.0, file, questions, by: actor?.user, in: connection)
            if let actor {
                try await AuditLog.record(
                    "study.edit", by: actor, study: row.0, details: ["version": "\(version)"], in: connection)
            }
            return (Int(version), state == .draft)
        }
    }

    /// Checks whom a file excludes that the user may save as the study of its name.
    private func checkExclusions(of settings: StudySettings, for user: User?) async throws {
        guard let user, settings.recruitment?.excludedStudies != nil else { return }
        let studyID = try await database.first(
            "SELECT s.id FROM studies s WHERE s.name = \(settings.name) AND \(sql: StudyAccess.has(user))", as: UUID.self)
        try await Self.checkExclusions(of: settings, after: studyID, by: user, in: database)
    }

    /// Nobody learns through a study of theirs who takes part in one that they do not have.
    /// - Parameter studyID: the study that is edited; what its earlier versions exclude may stay.
    /// - Throws: ``StudyError/excludesOthers(_:)``.
    private static func checkExclusions(
        of settings: StudySettings, after studyID: UUID?, by user: User?, in session: some PostgresSession
    ) async throws {
        guard let user, let names = settings.recruitment?.excludedStudies else { return }
        let others = try await session.query(
            """
            SELECT DISTINCT wanted.name FROM unnest(\(names)::text[]) AS wanted (name)
            WHERE NOT EXISTS (SELECT FROM studies s WHERE s.name = wanted.name AND \(sql: StudyAccess.has(user)))
              AND NOT EXISTS (SELECT FROM study_versions v
                              WHERE v.study_id = \(studyID) AND v.settings->'recruitment'->'excluded_studies' ? wanted.name)
            ORDER BY 1
            """, as: String.self)
        guard others.isEmpty else { throw StudyError.excludesOthers(others) }
    }

    /// What only the database can tell of a study file: faults, and what would keep the study from opening.
    /// - Parameter user: who would save it; the command line if nil.
    public func review(_ text: String, for user: User? = nil) async throws -> StudyFileReview {
        var review = StudyFileReview(text)
        guard let settings = review.file?.settings else { return review }
        var faults: [StudyFileProblem] = []
        do {
            _ = try await Self.questions(for: settings, in: database)
        } catch let error as StudyError {
            faults.append(review.problem("\(error)", at: ["questions", "set"]))
        }
        do {
            try await checkExclusions(of: settings, for: user)
        } catch let error as StudyError {
            faults.append(review.problem("\(error)", at: ["recruitment", "excluded_studies"]))
        }
        let missing = try await Pictures.missing(settings.pictures.map(\.name), in: database)
        for picture in settings.pictures where missing.contains(picture.name) {
            faults.append(review.problem("\(StudyError.unknownPicture(picture.name))", at: picture.path))
        }
        review.add(
            faults: faults,
            warnings: try await settings.missingModels(in: database).map { "the study cannot be opened yet: \($0)" })
        return review
    }

    /// The newest version of the question set that `settings` name.
    private static func questions(for settings: StudySettings, in connection: some PostgresSession) async throws -> UUID {
        guard
            let questions = try await connection.first(
                """
                SELECT v.id, (SELECT count(*) FROM questions q
                              WHERE q.question_set_version_id = v.id AND q.split = \(settings.questions.split.rawValue))
                FROM question_sets s JOIN question_set_versions v ON v.question_set_id = s.id
                WHERE s.name = \(settings.questions.set) ORDER BY v.version DESC LIMIT 1
                """, as: (UUID, Int).self)
        else { throw StudyError.unknownQuestionSet(settings.questions.set) }
        guard questions.1 >= settings.rounds else {
            throw StudyError.emptySplit(
                set: settings.questions.set, split: settings.questions.split, needed: settings.rounds,
                found: questions.1)
        }
        let stances = settings.surveys?.stanceQuestions(.entry) ?? []
        let known = try await connection.query(
            """
            SELECT key FROM questions
            WHERE question_set_version_id = \(questions.0) AND split = \(settings.questions.split.rawValue)
              AND key = ANY(\(stances))
            """, as: String.self)
        if let unknown = stances.first(where: { !known.contains($0) }) {
            throw StudyError.unknownQuestion(unknown, set: settings.questions.set, split: settings.questions.split)
        }
        return questions.0
    }

    private static func addVersion(
        _ version: Int32, of studyID: UUID, _ file: StudyFile, _ questions: UUID, by user: User?, in connection: Connection
    ) async throws -> UUID {
        if let unknown = try await Pictures.missing(file.settings.pictures.map(\.name), in: connection).first {
            throw StudyError.unknownPicture(unknown)
        }
        guard
            let id = try await connection.first(
                """
                INSERT INTO study_versions (study_id, version, question_set_version_id, settings, file, user_id)
                VALUES (\(studyID), \(version), \(questions), \(JSONB(file.settings)), \(file.text), \(user?.id))
                RETURNING id
                """, as: UUID.self)
        else { throw StudyError.unknownStudy(file.settings.name) }
        return id
    }

    /// The study named `name`.
    /// - Throws: ``StudyError/unknownStudy(_:)``.
    public func study(named name: String) async throws -> Study {
        try await Self.study(named: name, in: database)
    }

    /// Opens, pauses or closes the study named `name`. Opening it makes its newest version the running one. Asking for the state it has already changes nothing.
    /// - Parameter actor: who does it, for the log; nothing is logged without.
    /// - Throws: ``StudyError`` when there is no such study or the step is not allowed.
    public func move(_ name: String, to next: StudyState, by actor: AuditLog.Actor? = nil) async throws {
        try await database.transaction { connection in
            guard
                let row = try await connection.first(
                    "SELECT id, state FROM studies WHERE name = \(name) FOR UPDATE", as: (UUID, String).self),
                let state = StudyState(rawValue: row.1)
            else { throw StudyError.unknownStudy(name) }
            guard state != next else { return }
            guard state.canBecome(next) else { throw StudyError.cannotBecome(study: name, from: state, to: next) }
            let isArchived = try await connection.first(
                "SELECT archived_at IS NOT NULL FROM studies WHERE id = \(row.0)", as: Bool.self)
            guard isArchived != true else { throw StudyError.archived(name) }
            if next == .open {
                let settings = try await connection.first(
                    "SELECT settings FROM study_versions WHERE study_id = \(row.0) ORDER BY version DESC LIMIT 1",
                    as: JSONB<StudySettings>.self)
                if let settings {
                    let standing = try await Budget.standing(of: row.0, settings.value, in: connection)
                    let obstacles = try await Self.obstacles(to: settings.value, standing, in: connection)
                    guard obstacles.isEmpty else { throw StudyError.unavailable(obstacles) }
                }
            }
            try await connection.execute(
                """
                UPDATE studies
                SET state = \(next.rawValue),
                    running_version_id = CASE WHEN \(next == .open)
                                              THEN (SELECT v.id FROM study_versions v WHERE v.study_id = studies.id
                                                    ORDER BY v.version DESC LIMIT 1)
                                              ELSE running_version_id END
                WHERE id = \(row.0)
                """)
            if let actor {
                let verb: String = switch next {
                case .open: "open"
                case .paused: "pause"
                case .closed: "close"
                case .draft: "draft"
                }
                try await AuditLog.record("study.\(verb)", by: actor, study: row.0, in: connection)
            }
        }
    }

    /// What keeps a study from being opened with these settings: a sentence each that says what to do.
    /// - Parameter standing: how its budget stands with them; nil without one.
    static func obstacles(
        to settings: StudySettings, _ standing: BudgetStanding?, in session: some PostgresSession
    ) async throws -> [String] {
        var found = try await settings.missingModels(in: session)
        if let standing, !standing.hasRoom {
            found.append(
                "of its budget of \(standing.budget) only \(standing.left) is left, and one more person may come to "
                    + "\(standing.place); raise payment.budget in the study file")
        }
        return found
    }

    /// Every study that `user` has, by name; on the command line, every study there is.
    public func list(for user: User? = nil) async throws -> [StudySummary] {
        let isTheirs: SQL = user.map { StudyAccess.has($0) } ?? "true"
        return try await database.rows(
            """
            SELECT s.name, s.state, s.created_at, s.archived_at, newest.settings->>'title' AS title,
                   (newest.settings->'quotas'->>'participants')::int AS wanted,
                   least((newest.settings->'quotas'->>'groups')::int,
                         (SELECT sum((arm->>'groups')::int)::int
                          FROM jsonb_array_elements(newest.settings->'arms') AS arm)) AS wanted_groups,
                   (SELECT count(*) FROM groups g
                    WHERE g.study_id = s.id AND NOT g.synthetic AND g.state = 'finished') AS finished_groups,
                   (SELECT count(*) FROM participants p
                    WHERE p.study_id = s.id AND NOT p.synthetic AND p.stage NOT IN ('done', 'ended')) AS inside,
                   (SELECT count(*) FROM participants p WHERE p.study_id = s.id AND NOT p.synthetic) AS people,
                   (SELECT count(*) FROM participants p
                    WHERE p.study_id = s.id AND NOT p.synthetic AND p.stage = 'done') AS finished,
                   coalesce((SELECT version FROM study_versions v WHERE v.id = s.running_version_id),
                            (SELECT max(version) FROM study_versions v WHERE v.study_id = s.id)) AS version,
                   (SELECT count(*) FROM participants p WHERE p.study_id = s.id) AS participants,
                   (SELECT count(*) FROM participants p WHERE p.study_id = s.id AND p.stage = 'done') AS done,
                   (SELECT count(*) FROM groups g WHERE g.study_id = s.id) AS groups,
                   (SELECT count(*) FROM groups g JOIN presentations p ON p.group_id = g.id
                                    JOIN ratings r ON r.presentation_id = p.id
                                    JOIN statements t ON t.id = p.statement_id
                                    JOIN generations n ON n.id = t.generation_id
                    WHERE g.study_id = s.id AND n.source <> 'attention-check') AS ratings
            FROM studies s
                 JOIN LATERAL (SELECT v.settings FROM study_versions v WHERE v.study_id = s.id
                               ORDER BY v.version DESC LIMIT 1) newest ON true
            WHERE s.copy_of IS NULL AND \(sql: isTheirs) ORDER BY s.name
            """, as: StudySummary.self)
    }

    static func study(named name: String, in session: some PostgresSession) async throws -> Study {
        guard
            let row = try await session.first(
                """
                SELECT s.id, v.id, v.version, s.state, v.settings, s.copy_of IS NOT NULL
                FROM studies s JOIN study_versions v ON v.study_id = s.id
                WHERE s.name = \(name) AND v.id = coalesce(s.running_version_id, v.id)
                ORDER BY v.version DESC LIMIT 1
                """, as: (UUID, UUID, Int32, String, JSONB<StudySettings>, Bool).self),
            let state = StudyState(rawValue: row.3)
        else { throw StudyError.unknownStudy(name) }
        return Study(
            id: row.0, versionID: row.1, version: Int(row.2), state: state, settings: row.4.value, isCopy: row.5)
    }
}
