// Pages whose address is not their file's.

import Foundation
import Hummingbird

/// The page behind a study's link.
struct PageController {
    let pages: URL

    func addRoutes(to router: Router<ConcordContext>) {
        router.get("join/:study", use: join)
    }

    /// Opening a link takes no place and shows nothing personal: it is the consent page, the same for everybody.
    private func join(_ request: Request, context: ConcordContext) async throws -> Response {
        let body = try await FileIO().loadFile(
            path: pages.appending(path: "participant/consent.html").path(percentEncoded: false), context: context)
        return Response(
            status: .ok, headers: [.contentType: "text/html; charset=utf-8"], body: body)
    }
}
