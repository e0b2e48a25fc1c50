// Importing question files: first a look at what one would do, then an admin's yes.

import Foundation
import Hummingbird
import Postgres
import Studies

/// The routes by which admins import question files.
struct QuestionImportController {
    let imports: QuestionImports

    init(database: Database) {
        imports = QuestionImports(database: database)
    }

    func addRoutes(to router: RouterGroup<ConcordContext>) {
        router.group("question-sets/:set/imports")
            .post(use: look)
            .post(":id", use: agree)
    }

    private struct Upload: Decodable {
        let fileName: String
        /// The file as text.
        let text: String
        /// Nil goes by the file's name and its beginning.
        let format: QuestionFormat?
        /// Whether questions of the set that the file lacks stay.
        let keeps: Bool
    }

    private struct Waiting: ResponseEncodable {
        let id: UUID
        let preview: QuestionImportPreview
    }

    private func look(_ request: Request, context: ConcordContext) async throws -> Waiting {
        _ = try context.admin()
        let set = try context.parameters.require("set")
        let body = try await request.decode(as: Upload.self, context: context)
        guard !(body.text + body.fileName).unicodeScalars.contains("\0") else {
            throw QuestionSetError.badQuestion("the file holds NUL characters; save it as text, such as CSV UTF-8")
        }
        let waiting = try await imports.look(
            at: body.text, named: body.fileName, body.format ?? QuestionFormat(fileName: body.fileName, text: body.text),
            for: set, keeps: body.keeps, by: context.actor())
        return Waiting(id: waiting.id, preview: waiting.preview)
    }

    private struct Agreement: Decodable {
        /// Whether rows with problems are left out.
        let leavingOut: Bool
    }

    private struct Imported: ResponseEncodable {
        let version: Int
        /// Whether the file changed anything.
        let isNew: Bool
    }

    private func agree(_ request: Request, context: ConcordContext) async throws -> Imported {
        _ = try context.admin()
        let body = try await request.decode(as: Agreement.self, context: context)
        guard let id = UUID(uuidString: try context.parameters.require("id")) else { throw QuestionSetError.unknownImport }
        let imported = try await imports.agree(to: id, leavingOut: body.leavingOut, by: context.actor())
        return Imported(version: imported.version, isNew: imported.isNew)
    }
}
