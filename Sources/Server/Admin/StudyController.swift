// The studies that a user has: listed, made, opened and closed, copied, put away, noted on.

import Foundation
import Hummingbird
import Postgres
import Studies

/// The routes of studies.
struct StudyController {
    let catalog: StudyCatalog
    let access: StudyAccess
    let notes: StudyNotes

    init(database: Database) {
        catalog = StudyCatalog(database: database)
        access = StudyAccess(database: database)
        notes = StudyNotes(database: database)
    }

    func addRoutes(to router: RouterGroup<ConcordContext>) {
        router.group("studies")
            .get(use: list)
            .post(use: create)
            .get(":study", use: show)
            .put(":study/state", use: move)
            .put(":study/archived", use: archive)
            .post(":study/duplicate", use: duplicate)
            .get(":study/versions", use: versions)
            .get(":study/notes", use: listNotes)
            .post(":study/notes", use: addNote)
    }

    // MARK: - Studies

    private struct List: ResponseEncodable {
        let studies: [StudySummary]
    }

    private struct New: Decodable {
        let file: String
    }

    private struct Move: Decodable {
        let state: StudyState
    }

    private struct Archive: Decodable {
        let archived: Bool
    }

    private struct Duplicate: Decodable {
        let name: String
    }

    private func list(_ request: Request, context: ConcordContext) async throws -> List {
        List(studies: try await catalog.list(for: context.user()))
    }

    private func create(_ request: Request, context: ConcordContext) async throws -> EditedResponse<StudyOverview> {
        _ = try context.admin()
        let body = try await request.decode(as: New.self, context: context)
        let study = try await catalog.create(StudyFile(yaml: body.file), by: context.actor())
        return EditedResponse(status: .created, response: try await catalog.overview(of: study.settings.name, withBudget: true))
    }

    private func show(_ request: Request, context: ConcordContext) async throws -> StudyOverview {
        let isAdmin = try context.user().role == .admin
        return try await catalog.overview(of: study(for: .read, context).settings.name, withBudget: isAdmin)
    }

    private func move(_ request: Request, context: ConcordContext) async throws -> StudyOverview {
        let name = try await study(for: .change, context).settings.name
        let body = try await request.decode(as: Move.self, context: context)
        try await catalog.move(name, to: body.state, by: context.actor())
        return try await catalog.overview(of: name, withBudget: true)
    }

    private func archive(_ request: Request, context: ConcordContext) async throws -> StudyOverview {
        let name = try await study(for: .change, context).settings.name
        let body = try await request.decode(as: Archive.self, context: context)
        try await catalog.setArchived(body.archived, name, by: context.actor())
        return try await catalog.overview(of: name, withBudget: true)
    }

    private func duplicate(_ request: Request, context: ConcordContext) async throws -> EditedResponse<StudyOverview> {
        let name = try await study(for: .change, context).settings.name
        let body = try await request.decode(as: Duplicate.self, context: context)
        try await catalog.duplicate(name, as: body.name, by: context.actor())
        return EditedResponse(status: .created, response: try await catalog.overview(of: body.name, withBudget: true))
    }

    // MARK: - Versions and notes

    private struct Versions: ResponseEncodable {
        let versions: [StudyVersion]
    }

    private struct Notes: ResponseEncodable {
        let notes: [StudyNotes.Note]
    }

    private struct Text: Decodable {
        let text: String
    }

    private func versions(_ request: Request, context: ConcordContext) async throws -> Versions {
        Versions(versions: try await catalog.versions(of: study(for: .read, context).settings.name))
    }

    private func listNotes(_ request: Request, context: ConcordContext) async throws -> Notes {
        Notes(notes: try await notes.list(of: study(for: .read, context).id))
    }

    private func addNote(_ request: Request, context: ConcordContext) async throws -> EditedResponse<Notes> {
        let study = try await study(for: .change, context)
        let body = try await request.decode(as: Text.self, context: context)
        try await notes.add(body.text, to: study.id, by: context.actor())
        return EditedResponse(status: .created, response: Notes(notes: try await notes.list(of: study.id)))
    }

    private func study(for use: StudyAccess.Use, _ context: ConcordContext) async throws -> Study {
        try await access.study(named: context.parameters.require("study"), for: context.user(), to: use)
    }
}
