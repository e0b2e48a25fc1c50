// People's own words, and who may read them.

import Foundation
import Hummingbird
import Postgres
import Studies

/// The routes by which texts are reviewed.
struct TextController {
    let access: StudyAccess
    let reviews: Reviews

    init(database: Database) {
        access = StudyAccess(database: database)
        reviews = Reviews(database: database)
    }

    func addRoutes(to router: RouterGroup<ConcordContext>) {
        router.group("studies/:study/texts")
            .get(use: list)
            .post(":id/decisions", use: decide)
    }

    private struct Decision: Decodable {
        let decision: ReviewedText.Decision
        let reason: String?
        /// The id of the newest decision that whoever decides has seen.
        let after: Int64?
    }

    private func list(_ request: Request, context: ConcordContext) async throws -> ReviewList {
        let user = try context.user()
        let study = try await access.study(named: context.parameters.require("study"), for: user, to: .read)
        let wanted = request.uri.queryParameters["part"].map(String.init) ?? ReviewList.Part.unread.rawValue
        guard let part = ReviewList.Part(rawValue: wanted) else {
            let known = ReviewList.Part.allCases.map(\.rawValue).joined(separator: ", ")
            throw HTTPError(.badRequest, message: "Please choose a part: \(known).")
        }
        let skipping = try request.uri.queryParameters["skip"].map { text in
            guard let number = Int(text), (0...10_000_000).contains(number) else {
                throw HTTPError(.badRequest, message: "skip is a number of texts.")
            }
            return number
        }
        // Researchers read what others may read.
        return try await reviews.list(part, of: study, readsAll: user.role == .admin, skipping: skipping ?? 0)
    }

    private func decide(_ request: Request, context: ConcordContext) async throws -> ReviewedText {
        let study = try await access.study(named: context.parameters.require("study"), for: context.user(), to: .change)
        let text = try context.parameters.require("id")
        guard let id = UUID(uuidString: text) else { throw ReviewError.unknownText(text) }
        let body = try await request.decode(as: Decision.self, context: context)
        return try await reviews.decide(
            id, body.decision, because: body.reason, after: body.after, in: study, by: context.actor())
    }
}
