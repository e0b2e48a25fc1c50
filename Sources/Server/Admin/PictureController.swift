// Pictures in studies' texts: put in by admins, seen by everybody.

import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Postgres
import Studies

/// The routes of pictures.
struct PictureController {
    let pictures: Pictures
    let log: AuditLog

    init(database: Database) {
        pictures = Pictures(database: database)
        log = AuditLog(database: database)
    }

    func addRoutes(to router: RouterGroup<ConcordContext>) {
        router.post("pictures", use: store)
    }

    /// Where pages have them from. What is behind such an address never changes.
    func addPublicRoutes(to router: Router<ConcordContext>) {
        router.get("pictures/:name", use: show)
    }

    private struct New: Decodable {
        /// The file, in Base64.
        let content: Data
    }

    private func store(_ request: Request, context: ConcordContext) async throws -> EditedResponse<Pictures.Stored> {
        let admin = try context.admin()
        let body = try await request.decode(as: New.self, context: context)
        let stored = try await pictures.store(body.content, by: admin)
        try await log.record("picture.upload", by: context.actor(), subject: stored.sha256)
        return EditedResponse(status: .created, response: stored)
    }

    private func show(_ request: Request, context: ConcordContext) async throws -> Response {
        let name = try context.parameters.require("name")
        guard let picture = try await pictures.picture(name) else { throw HTTPError(.notFound) }
        let headers: HTTPFields = [
            .contentType: picture.type, .eTag: "\"\(name)\"", .cacheControl: "public, max-age=31536000, immutable",
        ]
        if request.headers[.ifNoneMatch] == "\"\(name)\"" { return Response(status: .notModified, headers: headers) }
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: picture.content)))
    }
}
