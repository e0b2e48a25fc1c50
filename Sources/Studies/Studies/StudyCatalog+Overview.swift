// What is to be seen of one study, its versions, and its notes.

import Foundation
import Postgres

extension StudyCatalog {
    /// A study as its page shows it.
    /// - Parameter withBudget: whether it tells how the budget stands, which researchers do not see.
    /// - Throws: ``StudyError/unknownStudy(_:)``.
    public func overview(of name: String, withBudget: Bool) async throws -> StudyOverview {
        try await database.transaction(isolation: .repeatableRead) { connection in
            let running = try await Self.study(named: name, in: connection)
            let row = try await connection.first(
                """
                SELECT s.created_at, s.archived_at, v.version, v.settings, v.file, r.file
                FROM studies s JOIN study_versions v ON v.study_id = s.id JOIN study_versions r ON r.id = \(running.versionID)
                WHERE s.id = \(running.id) ORDER BY v.version DESC LIMIT 1
                """, as: (Date, Date?, Int32, JSONB<StudySettings>, String, String).self)
            guard let row else { throw StudyError.unknownStudy(name) }
            let people = try await connection.first(
                """
                SELECT count(*) FILTER (WHERE NOT synthetic),
                       count(*) FILTER (WHERE NOT synthetic AND stage NOT IN ('done', 'ended')),
                       count(*) FILTER (WHERE NOT synthetic AND stage = 'lobby'),
                       count(*) FILTER (WHERE NOT synthetic AND stage = 'done'),
                       count(*) FILTER (WHERE NOT synthetic AND stage = 'ended'),
                       count(*) FILTER (WHERE synthetic)
                FROM participants WHERE study_id = \(running.id)
                """, as: (Int, Int, Int, Int, Int, Int).self) ?? (0, 0, 0, 0, 0, 0)
            let groups = try await connection.first(
                """
                SELECT count(*) FILTER (WHERE state = 'active'), count(*) FILTER (WHERE state = 'finished')
                FROM groups WHERE study_id = \(running.id) AND NOT synthetic
                """, as: (Int, Int).self) ?? (0, 0)
            let settings = row.3.value
            let isArchived = row.1 != nil
            let standing = withBudget ? try await Budget.standing(of: running.id, settings, in: connection) : nil
            let obstacles = try await Self.obstacles(to: settings, standing, in: connection)
            let arms = (settings.arms ?? []).map { StudyOverview.ArmQuota(name: $0.name, groups: $0.groups) }
            let answerQuotas = settings.quotas?.answers?.count ?? 0
            let isOver = running.state == .closed
            return StudyOverview(
                name: name, title: settings.title, state: running.state,
                next: isArchived ? [] : StudyState.allCases.filter { running.state.canBecome($0) }, createdAt: row.0,
                archivedAt: row.1, version: Int(row.2), runningVersion: running.version,
                people: .init(
                    all: people.0, inside: people.1, waiting: people.2, finished: people.3, ended: people.4,
                    simulated: people.5),
                groupsUnderWay: groups.0, groupsFinished: groups.1, wantedPeople: settings.quotas?.participants,
                wantedGroups: settings.groupsWanted, wantedInArms: arms, answerQuotas: answerQuotas,
                budgetPlaces: standing?.places, warnings: settings.warnings, obstacles: isOver ? [] : obstacles,
                pending: StudyFileDifference.between(row.5, row.4), minutes: settings.minutes, sizes: settings.groups.sizes,
                entry: running.settings.entry, codes: running.settings.codes)
        }
    }

    /// The versions of the study, newest first, each with what changed in it.
    /// - Throws: ``StudyError/unknownStudy(_:)``.
    public func versions(of name: String) async throws -> [StudyVersion] {
        let study = try await study(named: name)
        let rows = try await database.query(
            """
            SELECT v.version, v.created_at, u.name, v.file FROM study_versions v LEFT JOIN users u ON u.id = v.user_id
            WHERE v.study_id = \(study.id) ORDER BY v.version
            """, as: (Int32, Date, String?, String).self)
        return rows.indices.reversed().map { index in
            let row = rows[index]
            return StudyVersion(
                version: Int(row.0), createdAt: row.1, user: row.2, isRunning: Int(row.0) == study.version,
                changes: index == 0 ? [] : StudyFileDifference.between(rows[index - 1].3, row.3))
        }
    }

    /// The file of a version of the study; of the newest if none is named.
    /// - Throws: ``StudyError/unknownStudy(_:)``, ``StudyError/unknownVersion(_:study:)``.
    public func file(of name: String, version: Int? = nil) async throws -> (version: Int, text: String) {
        let study = try await study(named: name)
        let row = try await database.first(
            """
            SELECT version, file FROM study_versions
            WHERE study_id = \(study.id) AND version = coalesce(\(version.map { Int32(clamping: $0) })::integer, version)
            ORDER BY version DESC LIMIT 1
            """, as: (Int32, String).self)
        guard let row else { throw StudyError.unknownVersion(version ?? 0, study: name) }
        return (Int(row.0), row.1)
    }

    /// Makes a draft from the newest version of the study, under another name.
    /// - Throws: ``StudyError`` when the name is taken or not usable, ``StudyFileError``.
    @discardableResult
    public func duplicate(_ name: String, as other: String, by actor: AuditLog.Actor) async throws -> Study {
        guard Name.isValid(other) else { throw StudyError.badName(String(other.prefix(80))) }
        var editor = StudyFileEditor(try await file(of: name).text)
        try editor.set(["name"], to: .text(other))
        return try await create(StudyFile(yaml: editor.text), by: actor)
    }

    /// Puts a study that is over, or never began, out of sight; or back.
    /// - Throws: ``StudyError/unknownStudy(_:)``, ``StudyError/cannotArchive(study:state:)``.
    public func setArchived(_ isArchived: Bool, _ name: String, by actor: AuditLog.Actor) async throws {
        try await database.transaction { connection in
            let row = try await connection.first(
                "SELECT id, state, archived_at IS NOT NULL FROM studies WHERE name = \(name) AND copy_of IS NULL FOR UPDATE",
                as: (UUID, String, Bool).self)
            guard let row, let state = StudyState(rawValue: row.1) else { throw StudyError.unknownStudy(name) }
            guard row.2 != isArchived else { return }
            guard !isArchived || state == .draft || state == .closed else {
                throw StudyError.cannotArchive(study: name, state: state)
            }
            try await connection.execute(
                "UPDATE studies SET archived_at = CASE WHEN \(isArchived) THEN now() END WHERE id = \(row.0)")
            try await AuditLog.record(isArchived ? "study.archive" : "study.unarchive", by: actor, study: row.0, in: connection)
        }
    }
}

extension StudySettings {
    /// How people come to the study.
    fileprivate var entry: StudyOverview.Entry {
        let source = recruitment?.source ?? .open
        var query = ""
        if source == .platform, let names = recruitment?.parameters {
            // Prolific fills these in.
            query = "?\(names.participant)={{%PROLIFIC_PID%}}&\(names.study)={{%STUDY_ID%}}&\(names.session)={{%SESSION_ID%}}"
        }
        return .init(source: source, query: query, redirect: recruitment?.redirect)
    }

    /// The codes that the study has, by the words of the form.
    fileprivate var codes: [StudyOverview.Code] {
        let own: [(key: String, code: String?)] = [
            ("code", completion.code), ("waiting_code", completion.waitingCode), ("partial_code", completion.partialCode),
            ("screen_out_code", completion.screenOutCode), ("over_quota_code", completion.overQuotaCode),
            ("timed_out_code", completion.timedOutCode),
        ]
        return own.compactMap { key, code in
            code.map { .init(title: StudyFileWords.words(at: ["completion", key]).title, code: $0) }
        }
    }
}
