// Answers may only come from our own pages, or from programs that are not browsers.

import HTTPTypes
import Hummingbird

/// Refuses a request that changes something when a browser says that another site made it, or when its body is not
/// JSON (which another site's form cannot send).
struct SameOriginPosts: RouterMiddleware {
    func handle(
        _ request: Request, context: ConcordContext, next: (Request, ConcordContext) async throws -> Response
    ) async throws -> Response {
        guard request.method != .get, request.method != .head else { return try await next(request, context) }
        if let name = HTTPField.Name("Sec-Fetch-Site"), let site = request.headers[name],
            site != "same-origin", site != "none"
        {
            throw HTTPError(.forbidden, message: "Requests from other sites are refused.")
        }
        let type = request.headers[.contentType]?.split(separator: ";").first.map(String.init) ?? ""
        guard type.lowercased() == "application/json" else {
            throw HTTPError(.unsupportedMediaType, message: "Send the body as application/json.")
        }
        return try await next(request, context)
    }
}
