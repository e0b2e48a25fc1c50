// What recruitment scripts tell the server.

import Foundation
import Hummingbird
import Postgres
import Studies

/// The routes of scripts that keep a study in step with its platform. They need a token of scope recruitment.
struct RecruitmentController {
    let tokens: Tokens
    let submissions: Submissions

    init(database: Database) {
        tokens = Tokens(database: database)
        submissions = Submissions(database: database)
    }

    func addRoutes(to router: Router<ConcordContext>) {
        router.post("api/studies/:study/submissions/returned", use: returned)
    }

    private struct Returned: Decodable {
        let platformIDs: [String]

        enum CodingKeys: String, CodingKey {
            case platformIDs = "platform_ids"
        }
    }

    private struct Ended: ResponseEncodable {
        /// The ids whose part ended now.
        let ended: [String]
    }

    /// Submissions that were returned, or timed out, on the platform.
    private func returned(_ request: Request, context: ConcordContext) async throws -> Ended {
        guard let token = BearerToken(request), try await tokens.allows(.recruitment, token.secret) else {
            throw StudyError.badToken
        }
        let body = try await request.decode(as: Returned.self, context: context)
        let returned = try await submissions.returned(
            body.platformIDs, study: try context.parameters.require("study"), by: AuditLog.Actor(user: nil, way: .token))
        return Ended(ended: returned.ended)
    }
}
