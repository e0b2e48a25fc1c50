// Study files: what they may say, what is wrong with one, and changing values in its text.

import Foundation
import Hummingbird
import Postgres
import Studies

/// The routes by which pages, and scripts, write study files.
struct StudyFileController {
    let catalog: StudyCatalog
    let access: StudyAccess
    let questions: QuestionSets
    let models: ModelRegistry

    init(database: Database) {
        catalog = StudyCatalog(database: database)
        access = StudyAccess(database: database)
        questions = QuestionSets(database: database)
        models = ModelRegistry(database: database)
    }

    func addRoutes(to router: RouterGroup<ConcordContext>) {
        router.group("study-file")
            .get(use: describe)
            .post("review", use: review)
            .post("edit", use: edit)
        router.group("studies/:study/file")
            .get(use: show)
            .put(use: save)
    }

    // MARK: - Any study file

    private struct Description: ResponseEncodable {
        let shape: ShapeDescription
        let sections: [StudyFileWords.Section]
        /// What a new study begins with.
        let template: String
        /// The question sets that there are.
        let questionSets: [String]
        /// The models that there are, by what a study can name them for: to choose statements, and to write them.
        let preferenceModels: [ModelName]
        let languageModels: [ModelName]
    }

    private func describe(_ request: Request, context: ConcordContext) async throws -> Description {
        _ = try context.user()
        let sets = try await questions.list().map(\.name)
        return Description(
            shape: .studyFile, sections: StudyFileWords.sections, template: NewStudy.file(over: sets.first), questionSets: sets,
            preferenceModels: try await models.names(of: [.reward]), languageModels: try await models.names(of: [.base, .adapter]))
    }

    private struct File: Decodable {
        let file: String
    }

    private struct Review: ResponseEncodable {
        let file: String
        let review: StudyFileReview
        let lostComments: [String]
    }

    /// Researchers too: the settings page shows them what a file says.
    private func review(_ request: Request, context: ConcordContext) async throws -> Review {
        let user = try context.user()
        let body = try await request.decode(as: File.self, context: context)
        return Review(file: body.file, review: try await catalog.review(body.file, for: user), lostComments: [])
    }

    private struct Edit: Decodable {
        struct Change: Decodable {
            let path: [String]
            /// Nothing is there any more, if nil.
            let value: StudyFileValue?
        }

        let file: String
        let changes: [Change]
    }

    private func edit(_ request: Request, context: ConcordContext) async throws -> Review {
        let user = try context.admin()
        let body = try await request.decode(as: Edit.self, context: context)
        guard body.file.utf8.count <= StudyFileReview.maximumBytes, body.changes.count <= 200 else { throw HTTPError(.contentTooLarge) }
        var editor = StudyFileEditor(body.file)
        for change in body.changes { try editor.set(change.path, to: change.value == .nothing ? nil : change.value) }
        return Review(
            file: editor.text, review: try await catalog.review(editor.text, for: user), lostComments: editor.lostComments)
    }

    // MARK: - A study's

    private struct Version: ResponseEncodable {
        let version: Int
        let file: String
    }

    private struct Save: Decodable {
        let file: String
        /// The version that was changed.
        let base: Int?
    }

    private struct Saved: ResponseEncodable {
        let version: Int
        /// Whether people who come now get it.
        let isRunning: Bool
    }

    private func show(_ request: Request, context: ConcordContext) async throws -> Version {
        let name = try await study(for: .read, context).settings.name
        let version = try request.uri.queryParameters["version"].map { text in
            guard let number = Int(text), number > 0 else { throw HTTPError(.badRequest, message: "version is a number from 1.") }
            return number
        }
        let file = try await catalog.file(of: name, version: version)
        return Version(version: file.version, file: file.text)
    }

    private func save(_ request: Request, context: ConcordContext) async throws -> Saved {
        let name = try await study(for: .change, context).settings.name
        let body = try await request.decode(as: Save.self, context: context)
        let saved = try await catalog.edit(name, with: StudyFile(yaml: body.file), base: body.base, by: context.actor())
        return Saved(version: saved.version, isRunning: saved.isRunning)
    }

    private func study(for use: StudyAccess.Use, _ context: ConcordContext) async throws -> Study {
        try await access.study(named: context.parameters.require("study"), for: context.user(), to: use)
    }
}
